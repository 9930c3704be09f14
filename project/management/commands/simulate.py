"""`manage.py simulate`: makes an observatory's plan and lives it, so that there is something to follow."""

import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import UTC, datetime
from random import SystemRandom
from typing import Any

from django.core.management.base import BaseCommand

from project.models import FASTEST
from project.simulation import store
from project.simulation.simulator import Options, Simulator
from project.simulation.timekeeper import DEFAULT_SPEED

TEACHING = """
A plan for twelve antenna fields is made from the named stars of ephem's catalogue, 24 hours back and 36 ahead, and
lived: observations start, record, end, are processed, fail, slip and move, and others are planned, by every way in
which applications write. It takes up the plan and the clock that it finds; after an absence it catches up at once.
Ctrl-C or SIGTERM ends it and lets the plan's clock stand.

  manage.py simulate                                   a page that is alive and can be read
  manage.py simulate --speed 600                       the same, faster: ten minutes of the plan in a second
  manage.py simulate --rate 200                        and 200 readings of recorded volumes a second beside it
  manage.py simulate --rate 2000 --count 1000000       a soak of a million changes
  manage.py simulate --clear --seed 1 --start 2030-01-01T00:00Z --no-waiting --count 1000
                                                       always the same thousand changes, as fast as they can be made
"""


def positive(text: str) -> float:
    """A number above zero."""
    try:
        number = float(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no number") from error
    if not 0 < number < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not above zero")
    return number


def speed(text: str) -> float:
    """One that the plan can be lived at."""
    number = positive(text)
    if number > FASTEST:
        raise ArgumentTypeError(f"{text!r} is too fast: {FASTEST:g} at most")
    return number


def count(text: str) -> int:
    """A whole number above zero."""
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is no whole number above zero")
    return int(text)


def moment(text: str) -> datetime:
    """A time of the years for which the sky is computed well; without an offset, it is UTC's."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no time: write it as 2030-01-31T12:00Z") from error
    if not 1900 <= time.year <= 2200:
        raise ArgumentTypeError(f"{text!r} is not between the years 1900 and 2200")
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


class Command(BaseCommand):
    """Lives an observatory's plan."""

    help = TEACHING

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--speed",
            type=speed,
            help=f"seconds of the plan in one of ours (default: the clock's in the database, else {DEFAULT_SPEED:g})",
        )
        parser.add_argument("--start", type=moment, help="the plan's time to begin at (default: the clock's, else now)")
        parser.add_argument("--seed", type=int, help="of all that is left to chance (default: chosen and printed)")
        parser.add_argument("--rate", type=positive, default=0.0, help="further changes a second: readings of volumes")
        parser.add_argument("--count", type=count, help="stop after so many changed rows")
        parser.add_argument("--no-waiting", action="store_true", help="the next step follows at once")
        parser.add_argument("--clear", action="store_true", help="delete every row of the plan first, whoever made it")

    def handle(self, *_: Any, seed: int | None, **given: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        if seed is None:
            seed = SystemRandom().randrange(2**32)
        self.stdout.write(f"seed {seed}")
        if given["clear"]:
            self.stdout.write(f"clearing the plan: {store.count_rows()} rows")
            store.clear()
        options = Options(
            seed=seed,
            start=given["start"],
            speed=given["speed"],
            rate=given["rate"],
            count=given["count"],
            waits=not given["no_waiting"],
        )
        Simulator(options, self.stdout.write, self.stderr.write).run(stop)
