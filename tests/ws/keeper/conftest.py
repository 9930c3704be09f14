"""`manage.py rungateway` with settings that a test may change while it runs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.processes import READY_SECONDS, Process
from tests.ws.gateway.raw_client import is_closed

MakeService = Callable[..., "Service"]


class Service:
    """A running gateway of several processes, and its site's settings."""

    def __init__(self, process: Process, settings: Path) -> None:
        self.process = process
        self._settings = settings
        self.url = process.wait_for("ready at").partition("ready at ")[2].partition(",")[0].partition(" and ")[0]

    @property
    def port(self) -> int:
        return int(self.url.split(":")[2].partition("/")[0])

    def set(self, source: str) -> None:
        """What the next workers read, beside the reference site's settings."""
        write_settings(self._settings, source)

    def connect(self, words: str = "subscribe-broadcast") -> AbstractContextManager[ClientConnection]:
        """To a facility of which nobody keeps a message. Where no worker is there, the next one is waited for."""
        return connect(f"{self.url}keeper?{words}", proxy=None, open_timeout=READY_SECONDS)

    def is_closed(self) -> bool:
        return is_closed(self.port)


def site_environment(redis_url: str) -> dict[str, str]:
    """The gateway needs no database."""
    return {"REDIS_URL": redis_url, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}


def write_settings(file: Path, source: str) -> None:
    """Whole, whenever it is read."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(f"from project.settings import *\n{source}\n", encoding="utf-8")
    unfinished.rename(file)


@pytest.fixture
def make_service(tmp_path: Path, redis_url: str) -> Iterator[MakeService]:
    """Ready."""
    with ExitStack() as cleanup:

        def make(*arguments: str, source: str = "") -> Service:
            settings = tmp_path / "changing_settings.py"
            write_settings(settings, source)
            changing = {
                "PYTHONPATH": str(tmp_path),
                "DJANGO_SETTINGS_MODULE": "changing_settings",
                "PYTHONDONTWRITEBYTECODE": "1",
            }
            environment = {**site_environment(redis_url), **changing}
            process = Process.manage("rungateway", "--bind", "127.0.0.1:0", *arguments, environment=environment)
            return Service(cleanup.enter_context(process), settings)

        yield make
