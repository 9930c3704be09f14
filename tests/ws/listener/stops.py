"""A stop without a signal: any number of listeners in one process, each with its own."""

from typing import Self

from ws.listener.stop import StopSignal


class Stop(StopSignal):
    """What a signal does, done by `set`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._wake.close()
        self._wakes.close()

    def set(self) -> None:
        self.is_set = True
        self._wake.send(b"\0")
