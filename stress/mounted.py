"""`make bench-asgi`: processor time of the server for each delivery, by `rungateway`, uvicorn and Daphne, in turn.

Needs REDIS_URL (a database that nobody else uses). Deliveries are counted at the receivers, of all clients.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from statistics import median

import redis.asyncio
from websockets.asyncio.client import ClientConnection, connect

SERVERS: Mapping[str, Sequence[str]] = {
    "rungateway": ["manage.py", "rungateway", "--bind", "127.0.0.1:{port}"],
    "uvicorn": ["-m", "uvicorn", "--port", "{port}", "--log-level", "warning", "ws.asgi:application"],
    "Daphne": ["-m", "daphne", "--port", "{port}", "--verbosity", "0", "ws.asgi:application"],
}
CHECKOUT = Path(__file__).resolve().parent.parent
CHANNEL = "rodan:broadcast:bench"
MESSAGE = (
    b'{"status": "updated", "model": "observation", "uuid": "%032x", "project": "7f3f8f3e-9a52-4d0b-9d3c-0f2a6b1d5c11"}'
)
GIVE_UP_SECONDS = 120
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-asgi", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=100, help="default: %(default)s")
    parser.add_argument("--messages", type=int, default=3000, help="in bursts of 100 (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    options = parser.parse_args()
    found: dict[str, list[float]] = {name: [] for name in SERVERS}
    for number in range(options.rounds):
        for name in sorted(SERVERS, reverse=number % 2 == 0):
            with running(name) as (pid, port):
                seconds = asyncio.run(measure(pid, port, options.clients, options.messages))
            found[name].append(1e6 * seconds / options.clients / options.messages)
            print(f"round {number + 1}, {name}: {found[name][-1]:.1f} µs", file=sys.stderr, flush=True)
    print("| server | processor time per delivery | against rungateway |\n| --- | --- | --- |")
    for name, micros in found.items():
        print(f"| {name} | {median(micros):.1f} µs | {median(micros) / median(found['rungateway']):.1f} × |")


@contextmanager
def running(name: str) -> Iterator[tuple[int, int]]:
    """Its process id and port, once it accepts; ended afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, *(word.format(port=port) for word in SERVERS[name])]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "project.settings"}
    process = subprocess.Popen(  # noqa: S603 - one of the three
        command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_it_accepts(port)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait()


def wait_until_it_accepts(port: int) -> None:
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


async def measure(pid: int, port: int, clients: int, messages: int) -> float:
    """The server's processor time for all deliveries, in seconds."""
    address = f"ws://127.0.0.1:{port}/ws/bench?subscribe-broadcast"
    async with AsyncExitStack() as cleanup, asyncio.timeout(GIVE_UP_SECONDS):
        publisher = await cleanup.enter_async_context(redis.asyncio.Redis.from_url(os.environ["REDIS_URL"]))
        opened = [await cleanup.enter_async_context(connect(address, proxy=None)) for _ in range(clients)]
        await asyncio.gather(*(client.recv() for client in opened))  # the first heartbeat
        before = processor_seconds(pid)
        receiving = asyncio.gather(*(receive(client, messages) for client in opened))
        for start in range(0, messages, 100):
            pipeline = publisher.pipeline(transaction=False)
            for number in range(start, min(start + 100, messages)):
                pipeline.publish(CHANNEL, MESSAGE % number)
            await pipeline.execute()
        await receiving
        return processor_seconds(pid) - before


async def receive(client: ClientConnection, messages: int) -> None:
    """All of them, past heartbeats."""
    while messages:
        messages -= (await client.recv())[:1] == "{"


def processor_seconds(pid: int) -> float:
    """That this process has had so far (proc(5), utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    main()
