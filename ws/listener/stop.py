"""SIGTERM and SIGINT as a file that becomes readable, so that a `select` wakes for them."""

import signal
import socket
from types import FrameType
from typing import Self


class StopSignal:
    """While entered, asks nicely: `is_set` turns true, and `fileno` becomes readable."""

    def __init__(self) -> None:
        self.is_set = False
        self._wakes, self._wake = socket.socketpair()
        self._wake.settimeout(0)
        self._wakes.settimeout(0)

    def __enter__(self) -> Self:
        self._previous_fd = signal.set_wakeup_fd(self._wake.fileno())
        self._previous = {number: signal.signal(number, self._set) for number in (signal.SIGTERM, signal.SIGINT)}
        return self

    def __exit__(self, *_: object) -> None:
        for number, action in self._previous.items():
            signal.signal(number, action)
        signal.set_wakeup_fd(self._previous_fd)
        self._wake.close()
        self._wakes.close()

    def fileno(self) -> int:
        return self._wakes.fileno()

    def _set(self, _number: int, _frame: FrameType | None) -> None:
        self.is_set = True
