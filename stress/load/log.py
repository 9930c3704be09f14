"""The file of one test's results. It opens with the two lines of Rodan's script."""

from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TextIO

FOLDER = Path(__file__).resolve().parent.parent / "test_log"


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


def heading(connections: int, messages: int) -> str:
    """The first two lines."""
    return f"Number of connections tested: {connections}\nNumber of messages sent per connection: {messages}\n"
