"""The pipeline that is hurt: servers and processes, started in a folder of their own, and the wires between them."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Self

import psycopg2

from stress.chaos.faults import Target
from stress.chaos.part import Part, start
from stress.chaos.process import ServerError
from stress.chaos.programs import free_port
from stress.chaos.servers import Postgres, Redis
from stress.chaos.statements import statement
from stress.chaos.strikes import GATEWAY, Site
from stress.chaos.traps import Traps
from stress.chaos.wire import Wire

LISTENERS = ("listener 1", "listener 2")
PREFIX = FACILITY = "rodan"


class Pipeline:
    """Enter it to start it; at the end everything is killed."""

    def __init__(self, folder: Path, rows: int, random: Random, hear: Callable[[str, str], None]) -> None:
        self._rows = rows
        self._random = random
        self._hear = hear
        self._port = free_port()
        self._cleanup = AsyncExitStack()
        self.postgres = Postgres(folder / "postgres")
        self.redis = Redis(folder / "redis")
        self.site: Site

    @property
    def url(self) -> str:
        """Of the gateway."""
        return f"ws://127.0.0.1:{self._port}/ws/{FACILITY}?subscribe-broadcast"

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as cleanup:
            for server in (self.postgres, self.redis):
                await server.make()
                cleanup.push_async_callback(server.kill)
            await self._migrate()
            traps = Traps()
            wires = [Wire(name, Target.POSTGRES, self.postgres.port, traps.meet) for name in LISTENERS]
            wires += [Wire(name, Target.REDIS, self.redis.port, traps.meet) for name in (*LISTENERS, GATEWAY)]
            for wire in wires:
                await wire.open()
                cleanup.push_async_callback(wire.close)
            ports = {(wire.process, wire.target): wire.port for wire in wires}
            listeners = {name: self._part(name, ["runlistener"], ports) for name in LISTENERS}
            gateway = self._part(GATEWAY, ["rungateway", "--bind", f"127.0.0.1:{self._port}"], ports)
            for part in (*listeners.values(), gateway):
                running = asyncio.create_task(part.run())
                cleanup.push_async_callback(_end, running)
            self.site = Site(
                postgres=self.postgres,
                redis=self.redis,
                listeners=listeners,
                wires=wires,
                traps=traps,
                random=self._random,
            )
            self._cleanup = cleanup.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._cleanup.aclose()

    def _part(self, name: str, arguments: list[str], ports: dict[tuple[str, Target], int]) -> Part:
        return Part(
            name,
            arguments,
            {
                "DATABASE_URL": self.postgres.url(ports.get((name, Target.POSTGRES))),
                "REDIS_URL": self.redis.url(ports[name, Target.REDIS]),
            },
            self._hear,
        )

    async def _migrate(self) -> None:
        environment = {"DATABASE_URL": self.postgres.url(), "REDIS_URL": self.redis.url()}
        migrate = await start(["migrate", "--verbosity=0"], environment)
        output, _ = await migrate.communicate()
        if migrate.returncode != 0:
            raise ServerError(f"migrate failed:\n{output.decode(errors='replace')}")
        await asyncio.to_thread(self._make_tables)

    def _make_tables(self) -> None:
        database = psycopg2.connect(self.postgres.url())
        with database, database.cursor() as cursor:
            cursor.execute(statement("tables"), {"rows": self._rows})
        database.close()


async def _end(running: "asyncio.Task[None]") -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
