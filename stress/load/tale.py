"""What is told while the test runs: everything to the log, and to the terminal what somebody who waits wants to see."""

from contextlib import suppress
from typing import TextIO

from stress.load.tally import Crowd

OPENED = "  Opened "


class Tale:
    """Two readers of one story."""

    def __init__(self, log: TextIO, terminal: TextIO) -> None:
        self._log = log
        self._terminal = terminal
        self._told = ""

    def say(self, text: str) -> None:
        """To the terminal, if there still is one."""
        with suppress(OSError):
            print(text, file=self._terminal, flush=True)

    def write(self, *lines: str) -> None:
        """To the log."""
        print(*lines, sep="\n", file=self._log)

    def thor(self, line: str) -> None:
        """A line of thor's, to both; its own progress to the log alone."""
        self.write(line)
        if not line.startswith(OPENED):
            self.say(line)

    def progress(self, crowd: Crowd, messages: int) -> None:
        """Where the crowd is, if it has moved."""
        tally = crowd.tally
        text = (
            f"  {tally.opened} opened, {tally.answered} answered, {tally.refused + tally.unanswered} failed;"
            f" {messages} messages heard"
        )
        if crowd.is_over:
            text = f"{text}; thor is counting"
        if text != self._told:
            self.say(text)
        self._told = text
