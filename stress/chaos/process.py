"""A process of ours with all of its children: killed, stopped, and let go on, as a whole.

PostgreSQL's backends are sessions of their own, so no process group reaches them: /proc knows whose children they are.
"""

import asyncio
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

LOOK_SECONDS = 0.01


class ServerError(RuntimeError):
    """A server did not start; the message has the end of its log."""


class Tree:
    """A started process, and what it has forked."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, command: Sequence[str], log: Path) -> "Tree":
        """In a session of its own, so that a Ctrl-C in the terminal reaches it only through us."""
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        return cls(process)

    @property
    def has_ended(self) -> bool:
        return self.process.returncode is not None

    def children(self) -> list[int]:
        return list(_descendants(self.process.pid))

    def stop(self) -> None:
        """The parent first: then there are no new children."""
        _send(self.process.pid, signal.SIGSTOP)
        for pid in self.children():
            _send(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        for pid in (*self.children(), self.process.pid):
            _send(pid, signal.SIGCONT)

    def send_kill(self) -> list[int]:
        """Whom it was sent to."""
        _send(self.process.pid, signal.SIGSTOP)
        pids = [self.process.pid, *self.children()]
        for pid in pids:
            _send(pid, signal.SIGKILL)
        return pids

    async def kill(self) -> None:
        """Returns when none of them is left."""
        pids = self.send_kill()
        await self.process.wait()
        for pid in pids:
            await _until_gone(pid)


def _descendants(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text(encoding="ascii").split()):
                yield child
                yield from _descendants(child)


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


async def _until_gone(pid: int) -> None:
    """It is not our child, so nobody tells us."""
    while True:
        if not _runs(pid):
            return
        await asyncio.sleep(LOOK_SECONDS)


def _runs(pid: int) -> bool:
    """A zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2]
    except OSError:
        return False
    return not state.startswith("Z")
