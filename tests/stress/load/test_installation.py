import json

import pytest

from stress.load.installation import FOLDER, LOCK, Thor, require_version
from stress.load.refusal import RefusedError


@pytest.mark.parametrize("version", ["v18.0.0", "v18.20.8", "v20.20.2", "v100.0.0"])
def test_a_node_that_is_new_enough_is_taken(version: str) -> None:
    require_version(version)


@pytest.mark.parametrize("version", ["v16.20.2", "v8.0.0", "", "18"])
def test_a_node_that_is_too_old_is_refused_with_the_remedy(version: str) -> None:
    with pytest.raises(RefusedError, match=r"needs Node.js 18 or newer, but node is .* apt-get install nodejs npm"):
        require_version(version)


def test_thor_always_masks_and_is_told_the_messages_in_full() -> None:
    """Compatibility T2, T3."""
    command = " ".join(Thor("node").command("ws://host/ws/", connections=50, messages=3, workers=2))
    assert "--masked" in command
    assert command.endswith("--amount 50 --messages 3 --workers 2 ws://host/ws/")


def test_what_cannot_be_installed_of_thor_is_overridden() -> None:
    """Compatibility T1."""
    package = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
    assert package["dependencies"] == {"thor": "1.0.0"}
    assert package["overrides"] == {"thor": {"ws": "^8", "fast-stats": "0.0.7"}}


def test_the_lock_names_no_registry() -> None:
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert "omit-lockfile-registry-resolved=true" in (FOLDER / ".npmrc").read_text(encoding="utf-8")


def test_the_lock_names_no_git_address_which_debians_npm_cannot_read() -> None:
    """Compatibility T1."""
    assert "git://" not in LOCK.read_text(encoding="utf-8")
