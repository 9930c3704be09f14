"""What README and docs tell to type exists."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from project.environment import CHECKOUT

DOCUMENTS = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
TEXT = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)


@pytest.mark.parametrize("verb", sorted(set(re.findall(r"(?m)(?:^|`)make ([a-z-]+)", TEXT))))
def test_every_make_verb_is_a_target(verb: str) -> None:
    assert re.search(rf"(?m)^{verb}:", (CHECKOUT / "Makefile").read_text(encoding="utf-8"))


@pytest.mark.parametrize("command", sorted(set(re.findall(r"manage\.py ([a-z]+)", TEXT))))
def test_every_command_teaches_itself(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", command, "--help"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_the_settings_of_the_readme_pass_the_checks() -> None:
    block = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert block is not None
    source = "from project.settings import *\n" + block[1].replace('["shop", "auth.User"]', '["project", "auth.User"]')
    source = source.replace("*INSTALLED_APPS]", "*(app for app in INSTALLED_APPS if app not in {'triggers', 'ws'})]")
    code = (
        "import sys, types; module = types.ModuleType('readme_settings'); sys.modules['readme_settings'] = module\n"
        f"exec({source!r}, module.__dict__)\n"
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'readme_settings'\n"
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('check', fail_level='WARNING')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
