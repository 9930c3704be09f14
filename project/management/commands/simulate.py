"""`manage.py simulate`: changes rows at a steady rate, so that there is life to see."""

import signal
import threading
import time
from argparse import ArgumentParser, ArgumentTypeError
from random import Random
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.utils import timezone

from project.simulation import Simulation
from ws.backoff import backoff_seconds

REPORT_SECONDS = 30.0


def positive(text: str) -> float:
    """A number above zero."""
    try:
        number = float(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no number") from error
    if number <= 0:
        raise ArgumentTypeError(f"{text!r} is not above zero")
    return number


class Command(BaseCommand):
    """Lives an observatory's plan."""

    help = (
        "Makes an observatory's plan and changes it at a steady rate, through the ORM, QuerySet.update() and raw SQL."
        " Runs until Ctrl-C or SIGTERM."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rate", type=positive, default=2.0, help="steps a second (default: %(default)s)")
        parser.add_argument("--seed", type=int, default=None, help="of the random choices")
        parser.add_argument("--count", type=int, default=None, help="stop after so many steps")

    def handle(self, *_: Any, rate: float, seed: int | None, count: int | None, **__: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        random = Random(seed)
        simulation = Simulation(random, timezone.now)
        simulation.prepare()
        self.stdout.write(f"simulating {rate:g} steps a second")
        done, failures, reported_at, due = 0, 0, time.monotonic(), time.monotonic()
        while not stop.is_set() and (count is None or done < count):
            try:
                simulation.step()
                done, failures = done + 1, 0
            except OperationalError as error:
                failures += 1
                connection.close()
                self.stderr.write(f"the database is away: {str(error).strip()}")
                stop.wait(backoff_seconds(failures, random.random()))
            due = max(due + 1 / rate, time.monotonic() - 1)
            if time.monotonic() - reported_at >= REPORT_SECONDS:
                reported_at = time.monotonic()
                self.stdout.write(f"{done} steps done")
            stop.wait(max(0.0, due - time.monotonic()))
        self.stdout.write(f"stopped after {done} steps")
