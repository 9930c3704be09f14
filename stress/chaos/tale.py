"""What is told while the test runs: everything to the log; to the terminal what somebody wants to see."""

import time
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TextIO

FOLDER = Path(__file__).resolve().parent.parent / "chaos_log"


def create_log(folder: Path, now: datetime) -> TextIO:
    """`<date>_<time>.txt`, with a number behind if there is one of this second. Overwrites nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        name = f"{now:%Y-%m-%d_%H-%M-%S}{'' if number == 1 else f'_{number}'}.txt"
        try:
            return (folder / name).open("x", encoding="utf-8", buffering=1)
        except FileExistsError:
            continue
    raise AssertionError


class Tale:
    """Two readers of one story."""

    def __init__(self, log: TextIO, terminal: TextIO) -> None:
        self._log = log
        self._terminal = terminal
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        """To both."""
        self.write("test", text)
        with suppress(OSError):
            print(text, file=self._terminal, flush=True)

    def write(self, who: str, text: str) -> None:
        """To the log."""
        for line in text.splitlines():
            print(f"{self.seconds:9.3f} {who:>10} │ {line}", file=self._log)
