import json
from pathlib import Path

import pytest

from stress.load.database import database_url

OF_MAKE_RUN = "postgres://of@make/run"


@pytest.fixture(autouse=True)
def _servers_of_make_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "servers.json").write_text(json.dumps({"DATABASE_URL": OF_MAKE_RUN}), encoding="utf-8")
    monkeypatch.setenv("DEVELOPMENT_FOLDER", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_the_database_of_make_run_serves_this_machine_only() -> None:
    assert database_url(server_is_local=True) == OF_MAKE_RUN
    assert database_url(server_is_local=False) is None


def test_the_environment_goes_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://mine")
    assert database_url(server_is_local=True) == database_url(server_is_local=False) == "postgres://mine"


def test_without_a_make_run_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DEVELOPMENT_FOLDER", str(tmp_path / "nothing"))
    assert database_url(server_is_local=True) is None
