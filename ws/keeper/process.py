"""A worker's process: a fresh interpreter that runs the keeper's own command again."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from socket import socketpair
from typing import Any

from ws.keeper.heritage import Heritage
from ws.keeper.roster import Worker

READ_BYTES = 65_536


class Process:
    """From its start to its end. `news` is a descriptor to wait for; it ends when the process does."""

    def __init__(
        self, command: Sequence[str], worker: Worker, sockets: Sequence[int], life: int, *, is_watched: bool
    ) -> None:
        """Raises OSError if it cannot be started."""
        self.news, its_news = os.pipe()
        self.health, its_health = socketpair()
        """Over which it can be asked how it is, where it is watched."""
        os.set_blocking(self.news, False)
        self._unread = b""
        health = its_health.fileno() if is_watched else None
        heritage = Heritage(worker.place, tuple(sockets), its_news, life, health, worker.is_to_check)
        try:
            # A group of its own: a Ctrl-C in the terminal reaches it through the keeper only.
            self._process = subprocess.Popen(  # noqa: S603 - the command that we are
                command,
                env={**os.environ, **heritage.environment()},
                pass_fds=heritage.descriptors,
                process_group=0,
            )
        except OSError:
            os.close(self.news)
            self.health.close()
            raise
        finally:
            os.close(its_news)
            its_health.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def read(self) -> list[Mapping[str, Any]] | None:
        """What it said since; None: it has ended."""
        try:
            said = os.read(self.news, READ_BYTES)
        except BlockingIOError:
            return []
        if not said:
            return None
        *lines, self._unread = (self._unread + said).split(b"\n")
        return [json.loads(line) for line in lines]

    def send(self, number: signal.Signals) -> None:
        """Nothing where it has ended."""
        self._process.send_signal(number)

    def wait(self) -> str:
        """How it ended, when `read` has said that it has."""
        os.close(self.news)
        self.health.close()
        status = self._process.wait()
        return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
