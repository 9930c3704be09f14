"""A server under test: started, found listening, measured, ended."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from stress.gateway import tree
from stress.gateway.crowd import Address
from stress.gateway.lineup import Peer
from stress.gateway.refusal import RefusedError
from stress.gateway.site import CHECKOUT

READY_SECONDS = 60.0
STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Server:
    """Running."""

    peer: Peer
    pid: int
    address: Address
    log: Path

    def processor_seconds(self) -> float:
        """So far."""
        return tree.processor_seconds(self.pid)

    def used_since(self, before: float) -> float:
        """Processor time, in seconds; at least the least that the kernel tells."""
        return max(1 / tree.TICKS, self.processor_seconds() - before)

    def memory_bytes(self) -> int:
        return tree.memory_bytes(self.pid)

    def said(self) -> str:
        """The end of it."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])


@contextmanager
def serving(peer: Peer, environment: Mapping[str, str], processors: set[int], folder: Path) -> Iterator[Server]:
    """Listening, on these processors only; ended afterwards. Raises RefusedError."""
    address = ("127.0.0.1", _free_port())
    log = folder / f"{peer.slug}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - one of the line-up
            peer.command(*address, folder),
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    os.sched_setaffinity(process.pid, processors)
    server = Server(peer, process.pid, address, log)
    try:
        _wait_until_it_listens(server, process)
        yield server
    finally:
        _stop(process)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def _wait_until_it_listens(server: Server, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(ConnectionRefusedError), socket.create_connection(server.address):
            return
        time.sleep(0.05)
    raise RefusedError(f"{server.peer.name} does not listen:\n{server.said()}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
