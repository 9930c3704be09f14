"""`python -m stress.load`, started by `stress/test_load.sh`: the whole test, and its exit status.

0: every client connected, every one was answered, nothing failed, and the verdict is good. 1: not so. 2: bad options.
130: Ctrl-C.
"""

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Coroutine
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from stress.load.address import AddressError, Target, target
from stress.load.crowd import RunningThor
from stress.load.database import database_url
from stress.load.descriptors import limits_of_listeners, raise_limit, require_descriptors, workers
from stress.load.installation import Thor, require_thor
from stress.load.log import FOLDER, create_log, heading
from stress.load.refusal import RefusedError
from stress.load.report import read_report
from stress.load.tale import Tale
from stress.load.tally import Crowd
from stress.load.verdict import Load, reasons
from stress.load.verification import Verification
from stress.load.writer import Writer

INTERRUPTED = 128 + signal.SIGINT


@dataclass(frozen=True, slots=True)
class Test:
    """What was asked for."""

    connections: int
    messages: int
    server: Target
    facility: str
    patience: float
    """For how many seconds nothing may move."""


def main() -> int:
    test = parse_options()
    try:
        gateway_limits = limits_of_listeners(test.server.port) if test.server.is_local else []
        require_descriptors(test.connections, raise_limit(), gateway_limits)
        thor = require_thor()
    except RefusedError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted before the load began.", file=sys.stderr)
        return INTERRUPTED
    now = datetime.now().astimezone()
    with closing(create_log(FOLDER, now)) as log:
        log.write(heading(test.connections, test.messages))
        tale = Tale(log, sys.stdout)
        failures = asyncio.run(until_stopped(run(test, thor, tale, now)))
    path = as_seen_from(Path.cwd(), Path(log.name))
    if failures is None:
        print(f"Interrupted: the partial log is in {path}", file=sys.stderr)
        return INTERRUPTED
    for failure in failures:
        print(f"FAILED: {failure}.", file=sys.stderr)
    print(f"{'The load test failed' if failures else 'The load test passed'}; its log is in {path}")
    return 1 if failures else 0


def as_seen_from(folder: Path, path: Path) -> Path:
    """The shorter way to write a path."""
    return path.relative_to(folder) if path.is_relative_to(folder) else path


async def run(test: Test, thor: Thor, tale: Tale, now: datetime) -> list[str]:
    """The reasons to call the test failed."""
    database = database_url(server_is_local=test.server.is_local)
    writer = Writer(database, now) if database else None
    tale.say(f"Testing {test.server.load_url} with {test.connections} connections …")
    try:
        async with Verification(test.server.follow_url(test.facility), writer) as verification:
            crowd = Crowd(test.connections, test.patience, time.monotonic())
            running = RunningThor(crowd, tale.thor, lambda crowd: tale.progress(crowd, verification.messages))
            command = thor.command(test.server.load_url, test.connections, test.messages, workers())
            await running.run(command, verification.family)
            verdict = await verification.verdict()
    except RefusedError as error:
        tale.write(f"thor was not started: {error}.")
        return [f"0 of {test.connections} connected, because the load was not started: {error}"]
    hung_seconds = test.patience if running.hung else None
    load = Load(test.connections, test.messages, crowd.tally, read_report(running.output), hung_seconds)
    failures = reasons(load, verdict)
    tale.write("", verdict.text, *(f"FAILED: {failure}." for failure in failures))
    return failures


async def until_stopped(test: Coroutine[Any, Any, list[str]]) -> list[str] | None:
    """What the test returns, or None where Ctrl-C, SIGTERM or the end of the terminal ended it, tidily."""
    running = asyncio.create_task(test)

    def stop() -> None:
        if not running.cancelling():  # a second Ctrl-C would cut the tidying short
            running.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        return await running
    except asyncio.CancelledError:
        return None


def parse_options() -> Test:
    parser = argparse.ArgumentParser(prog="test_load.sh", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--connections", type=positive, required=True)
    parser.add_argument("--messages", type=positive, required=True)
    parser.add_argument("--server", type=server, required=True)
    parser.add_argument("--facility", required=True)
    parser.add_argument("--patience", type=positive, required=True)
    return Test(**vars(parser.parse_args()))


def positive(text: str) -> int:
    """A whole number above zero."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above zero")
    return int(text)


def server(text: str) -> Target:
    try:
        return target(text)
    except AddressError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
