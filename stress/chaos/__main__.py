"""`python -m stress.chaos`, as `make chaos` starts it: the whole test, and its exit status.

0: what was heard is what was committed. 1: not so, or it could not be tested. 2: bad options. 130: Ctrl-C.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from random import SystemRandom

from stress.chaos.process import ServerError
from stress.chaos.report import Outcome, report
from stress.chaos.tale import FOLDER, Tale, create_log
from stress.chaos.trial import Size, Trial

INTERRUPTED = 128 + signal.SIGINT


def main() -> int:
    size = parse_options()
    with closing(create_log(FOLDER, datetime.now().astimezone())) as log:
        tale = Tale(log, sys.stdout)
        tale.say(f"Chaos with seed {size.seed}; the log is {log.name}")
        try:
            outcome = asyncio.run(until_stopped(size, tale))
        except ServerError as error:
            tale.say(f"FAILED: {error}")
            return 1
        if outcome is None:
            tale.say("Interrupted.")
            return INTERRUPTED
        for line in report(outcome):
            tale.say(line)
        return 1 if outcome.differences else 0


async def until_stopped(size: Size, tale: Tale) -> Outcome | None:
    """What the test finds, or None where Ctrl-C, SIGTERM or the end of the terminal ended it; tidily, both times."""
    with tempfile.TemporaryDirectory(prefix="rowcast-chaos-") as folder:
        running = asyncio.create_task(Trial(size, Path(folder), tale).run())

        def stop() -> None:
            if not running.cancelling():  # a second Ctrl-C would cut the tidying short
                running.cancel()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        try:
            return await running
        except asyncio.CancelledError:
            return None


def parse_options() -> Size:
    parser = argparse.ArgumentParser(prog="make chaos", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, help="of faults and writers (default: a new one, which is printed)")
    parser.add_argument("--faults", type=int, default=7, help="of each kind, for each target (default: %(default)s)")
    parser.add_argument(
        "--changes", type=int, default=0, help="go on until so many were written (default: %(default)s)"
    )
    parser.add_argument("--seconds", type=float, default=2400.0, help="then it ends (default: %(default)s)")
    parser.add_argument("--rows", type=int, default=4000, help="of the table that is written (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=1000.0, help="changes per second at most (default: %(default)s)")
    options = parser.parse_args()
    seed = SystemRandom().randrange(10**6) if options.seed is None else options.seed
    return Size(seed, options.faults, options.changes, options.seconds, options.rows, options.rate)


if __name__ == "__main__":
    sys.exit(main())
