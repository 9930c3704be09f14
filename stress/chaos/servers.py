"""The two servers that are hurt, PostgreSQL and Redis: real ones, with their data on disk, that come back as they were.

Redis writes its append-only file before it answers and syncs it every second, as most do: who kills the process loses
nothing that was answered, unless a sync was under way; then Redis goes back, and that must be noticed.
"""

import asyncio
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from random import Random
from secrets import token_hex

import psycopg2
import redis.asyncio
from psycopg2 import sql

from stress.chaos.process import ServerError, Tree
from stress.chaos.programs import free_port, postgres_binaries, redis_server, unprivileged

START_SECONDS = 60.0
LOOK_SECONDS = 0.05
OWNER = DATABASE = "rowcast"
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "on",
    "max_connections": "60",
    "max_prepared_transactions": "20",
    "checkpoint_timeout": "30s",  # little is to be read again after a crash
    "wal_writer_delay": "2s",  # what was committed without waiting for the disk is lost in a crash, more often
    "deadlock_timeout": "100ms",
    "log_line_prefix": "%m [%p] %a: ",
}


class Server:
    """What both have in common."""

    name = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.log = folder / "log"
        self.port = free_port()
        self._password = token_hex(16)
        self._tree: Tree

    async def start(self) -> None:
        """Start it as it was; returns when it answers. Raises ServerError."""
        async with asyncio.timeout(START_SECONDS):
            self._tree = await Tree.start(self._command(), self.log)
            while not await self._answers():
                if self._tree.has_ended:
                    raise ServerError(f"{self.name} did not start:\n{tail(self.log)}")
                await asyncio.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        self._tree.stop()

    def go_on(self) -> None:
        self._tree.go_on()

    async def kill(self) -> None:
        """With all its children, at once."""
        await self._tree.kill()

    def _command(self) -> list[str]:
        raise NotImplementedError

    async def _answers(self) -> bool:
        raise NotImplementedError


class Postgres(Server):
    """`url` is a plain role's, who owns the database and is no superuser."""

    name = "PostgreSQL"

    def url(self, port: int | None = None) -> str:
        """To reach it, straight or by another port."""
        return self._url(OWNER, DATABASE, port or self.port)

    async def make(self) -> None:
        """A new cluster, started, with a role and its database. Raises ServerError."""
        self._folder.mkdir(parents=True)
        password_file = self._folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password, encoding="ascii")
        command = [str(postgres_binaries() / "initdb"), "-D", str(self._folder / "data"), "-U", "postgres"]
        command += ["--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8", "--no-locale", "--no-sync"]
        made = await Tree.start(unprivileged(command), self.log)
        if await made.process.wait() != 0:
            raise ServerError(f"initdb failed:\n{tail(self.log)}")
        await self.start()
        await asyncio.to_thread(self._make_database)

    async def kill_one(self, random: Random) -> None:
        """One of its children, as if it had crashed: PostgreSQL ends all of them, and recovers by itself."""
        children = self._tree.children()
        if children:
            kill = asyncio.create_subprocess_exec("kill", f"-{signal.SIGKILL}", str(random.choice(children)))
            await (await kill).wait()

    def _command(self) -> list[str]:
        command = [str(postgres_binaries() / "postgres"), "-D", str(self._folder / "data"), "-p", str(self.port)]
        return unprivileged(command + [part for setting in SETTINGS.items() for part in ("-c", "=".join(setting))])

    async def _answers(self) -> bool:
        def connect() -> None:
            psycopg2.connect(self._url("postgres", "postgres", self.port), connect_timeout=2).close()

        try:
            await asyncio.to_thread(connect)
        except psycopg2.OperationalError:
            return False
        return True

    def _make_database(self) -> None:
        database = psycopg2.connect(self._url("postgres", "postgres", self.port))
        database.autocommit = True
        with database.cursor() as cursor:
            owner, name = sql.Identifier(OWNER), sql.Identifier(DATABASE)
            password = sql.Literal(self._password)
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(owner, password))
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
        database.close()

    def _url(self, role: str, database: str, port: int) -> str:
        return f"postgres://{role}:{self._password}@127.0.0.1:{port}/{database}"


class Redis(Server):
    """Redis or Valkey."""

    name = "Redis"

    def url(self, port: int | None = None) -> str:
        """To reach it, straight or by another port."""
        return f"redis://:{self._password}@127.0.0.1:{port or self.port}/0"

    async def make(self) -> None:
        """Started, and empty. Raises ServerError."""
        self._folder.mkdir(parents=True)
        configuration = self._folder / "conf"
        configuration.touch(mode=0o600)
        lines = [f"port {self.port}", "bind 127.0.0.1", f"requirepass {self._password}", f'dir "{self._folder}"']
        lines += ["appendonly yes", "appendfsync everysec", 'save ""']
        configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
        await self.start()

    def forget(self) -> None:
        """What it has on disk; while it is down."""
        shutil.rmtree(self._folder / "appendonlydir", ignore_errors=True)

    async def empty(self) -> None:
        """While it runs."""
        async with redis.asyncio.Redis.from_url(self.url()) as client:
            await client.flushall()

    def _command(self) -> list[str]:
        return [str(redis_server()), str(self._folder / "conf")]

    async def _answers(self) -> bool:
        try:
            async with redis.asyncio.Redis.from_url(self.url(), socket_timeout=2) as client:
                await client.ping()
        except (redis.RedisError, OSError):
            return False
        return True


def tail(log: Path, lines: int = 20) -> str:
    """The end of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
