"""Starts servers and parts in their order, says what each does, and ends all of them when one ends or Ctrl-C comes."""

import asyncio
import fcntl
import json
import os
import shlex
import signal
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Protocol

from project.development import admin_account
from project.development.part import NAME_WIDTH, Part, RunningPart, end_leftovers, note_parts, say
from project.development.postgres import Postgres
from project.development.programs import ServerError, is_free
from project.development.valkey import Valkey
from project.environment import (
    DATABASE_VARIABLES,
    DEVELOPMENT_FOLDER,
    REDIS_VARIABLES,
    SERVERS_FILE,
    is_configured,
    redis_connection,
)
from ws.redis_address import redis_address

PARTS_FILE = DEVELOPMENT_FOLDER / "parts.json"
"""The pids of the running parts, for the next run, should this one be killed."""

ACCOUNT = Part("account", ["makeadmin"], None, "makes an account for the admin")
"""For a database of our own only."""


class Server(Protocol):
    """An embedded server."""

    def wait(self) -> int: ...
    def stop(self) -> None: ...


def parts(site_port: int) -> list[Part]:
    """The site's processes, in the order in which they start."""
    return [
        Part("migrate", ["migrate", "--verbosity", "1"], None, "makes the tables and installs the triggers"),
        *([] if is_configured(DATABASE_VARIABLES) else [ACCOUNT]),
        Part("listener", ["runlistener"], "leading:", "carries changes from PostgreSQL to Redis"),
        Part(
            "site",
            ["runserver", f"127.0.0.1:{site_port}"],
            "Quit the server with",
            "serves the page, and hands the changes to browsers",
            reloads=True,
        ),
        Part(
            "simulator",
            ["simulate", *shlex.split(os.environ.get("SIMULATE", ""))],
            "simulating",
            "changes rows, so that there is life to see",
        ),
    ]


class Supervisor:
    """One `make run`."""

    def __init__(self, site_port: int) -> None:
        self._site_port = site_port
        self._servers: dict[str, Server] = {}
        self._running: list[RunningPart] = []
        self._urls: dict[str, str] = {}
        self._stop = asyncio.Event()
        self._ends: set[asyncio.Task[str]] = set()
        """One for each thing whose end ends the run; its result says what ended and how."""

    async def run(self) -> int:
        """The exit status: 0 after Ctrl-C or SIGTERM, 1 if a part failed. Raises ServerError."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        with ExitStack() as cleanup:
            cleanup.enter_context(_only_one())
            await asyncio.to_thread(end_leftovers, PARTS_FILE)
            self._require_port()
            cleanup.callback(self._stop_servers)
            await asyncio.to_thread(self._start_servers)
            try:
                return await self._run_parts()
            finally:
                for part in reversed(self._running):
                    await part.stop()
                PARTS_FILE.unlink(missing_ok=True)

    def _require_port(self) -> None:
        if not is_free(self._site_port):
            raise ServerError(
                f"Port {self._site_port} is in use. End what uses it, or choose another:"
                f" SITE_PORT={self._site_port + 10} make run"
            )

    def _start_servers(self) -> None:
        """Embedded servers where the environment names none."""
        if not is_configured(DATABASE_VARIABLES):
            postgres = Postgres(DEVELOPMENT_FOLDER / "postgres")
            self._servers["postgres"] = postgres
            postgres.start()
            self._urls["DATABASE_URL"] = postgres.owner_url
            say("postgres", f"ready on port {postgres.port}, data in {DEVELOPMENT_FOLDER.name}/postgres")
        else:
            say("postgres", "yours: DATABASE_URL is set in the environment")
        if not is_configured(REDIS_VARIABLES):
            valkey = Valkey(DEVELOPMENT_FOLDER / "valkey")
            self._servers["valkey"] = valkey
            valkey.start()
            self._urls["REDIS_URL"] = valkey.url
            say("valkey", f"ready on port {valkey.port}, data in {DEVELOPMENT_FOLDER.name}/valkey")
        else:
            say("valkey", f"yours, by the environment: {redis_address(redis_connection())}")
        unfinished = SERVERS_FILE.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(self._urls), encoding="utf-8")
        unfinished.rename(SERVERS_FILE)

    def _stop_servers(self) -> None:
        SERVERS_FILE.unlink(missing_ok=True)
        with ExitStack() as stops:  # one that fails does not spare the others
            for name, server in self._servers.items():
                stops.callback(server.stop)
                stops.callback(say, name, "stopping")

    async def _run_parts(self) -> int:
        """Start one part after the other, each when the one before is ready, and wait for the first end."""
        self._ends = {asyncio.create_task(self._server_end(name, server)) for name, server in self._servers.items()}
        for part in parts(self._site_port):
            running = await RunningPart.start(part, self._urls, self._note_parts)
            self._running.append(running)
            self._note_parts()
            if not await self._until(running.wait_until_ready()):
                return await self._first_end(running)
            if part.runs_on:
                self._ends.add(asyncio.create_task(_part_end(running)))
        self._print_addresses()
        return await self._first_end()

    async def _until(self, ready: Coroutine[Any, Any, bool]) -> bool:
        """Whether this came true before something ended or a stop was asked for."""
        waiting, stop = asyncio.create_task(ready), asyncio.create_task(self._stop.wait())
        await asyncio.wait({waiting, stop, *self._ends}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        return waiting.done() and waiting.result()

    async def _first_end(self, *starting: RunningPart) -> int:
        """Wait for the first end of anything, and say what it was; the exit status."""
        ends = self._ends | {asyncio.create_task(_part_end(part)) for part in starting}
        stop = asyncio.create_task(self._stop.wait())
        await asyncio.wait({stop, *ends}, return_when=asyncio.FIRST_COMPLETED)
        if self._stop.is_set():
            say("run", "stopping")
            return 0
        stop.cancel()
        for end in ends:
            if end.done():
                say("run", f"FAILED: {end.result()}. The rest is being stopped.")
        return 1

    async def _server_end(self, name: str, server: Server) -> str:
        status = await asyncio.to_thread(server.wait)
        return f"{name} ended with status {status}; its log is in {DEVELOPMENT_FOLDER.name}/{name}"

    def _note_parts(self) -> None:
        note_parts(PARTS_FILE, [part.pid for part in self._running])

    def _print_addresses(self) -> None:
        database_url = self._urls.get("DATABASE_URL") or os.environ["DATABASE_URL"]
        redis_url = self._urls.get("REDIS_URL") or os.environ.get("REDIS_URL") or redis_address(redis_connection())
        lines = [
            f"Rowcast runs: http://localhost:{self._site_port}/",
            "",
            *(f"{part.name:>{NAME_WIDTH}}  {part.does}" for part in parts(self._site_port) if part.runs_on),
            "",
            f"DATABASE_URL={database_url}",
            f"REDIS_URL={redis_url}",
            "",
            f"The admin: http://localhost:{self._site_port}/admin/ {_account()}",
            "",
            "Join in from another terminal, and watch the page:",
            f"  psql {database_url}",
            "  .venv/bin/python manage.py shell",
            "Edit the site, project/views.py say: it starts again by itself, and open pages reconnect.",
            "Ctrl-C ends it all; the data stay.",
        ]
        with suppress(OSError):
            print("", *lines, "", sep="\n", flush=True)


async def _part_end(running: RunningPart) -> str:
    status = await asyncio.shield(running.ended)
    return f"{running.part.name}, which {running.part.does}, ended with status {status}; see its last lines above"


def _account() -> str:
    if is_configured(DATABASE_VARIABLES):
        return "(make an account: .venv/bin/python manage.py createsuperuser)"
    return f"(name {admin_account.NAME}, password {admin_account.password()} until you change it)"


@contextmanager
def _only_one() -> Iterator[None]:
    """Two must not share the folder. The lock goes with the process, however it ends."""
    DEVELOPMENT_FOLDER.mkdir(exist_ok=True, mode=0o700)
    with (DEVELOPMENT_FOLDER / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServerError("`make run` is running already in this checkout; end it first (Ctrl-C).") from error
        yield
