"""`make fuzz`: says everything to the gateway that a client can say, and much that none should.

Out: each minute how far it is, on standard error; a failing input in a file, with its address on standard output; and
status 0 if there was none.
"""

import argparse
import asyncio
import faulthandler
import json
import os
import sys
import time
from pathlib import Path
from secrets import token_hex
from traceback import format_exception
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

from project.environment import CHECKOUT
from tests.fuzz.gateway import Gateway, GatewayError, environment
from tests.fuzz.growth import grown_mib

if TYPE_CHECKING:
    from tests.fuzz.campaign import Tally

FOUND = CHECKOUT / ".rowcast" / "fuzz"
PROGRESS_SECONDS = 60.0
STUCK_SECONDS = 300.0
"""No round takes so long: we end with a traceback of our own."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (default: %(default)s)")
    parser.add_argument("--seed", default=token_hex(4), help="of all chance (default: a new one, which is printed)")
    parser.add_argument("--replay", type=Path, help="judge this input once more, and nothing else")
    options = parser.parse_args()
    where = (os.environ["DATABASE_URL"], os.environ["REDIS_URL"])
    os.environ.update(environment(*where))
    django.setup()
    from tests.fuzz import campaign  # noqa: PLC0415 - models are loaded now

    try:
        if options.replay:
            replay(options.replay, where)
        else:
            print(f"Seed {options.seed}", flush=True)
            run(options.seconds, options.seed, where)
    except campaign.FoundError as error:
        print("".join(format_exception(error)), file=sys.stderr)
        print(f"Found: make fuzz FUZZ='--replay {keep(error.kind, error.input)}'")
        return 1
    except (GatewayError, AssertionError, TimeoutError) as error:
        print("".join(format_exception(error)), file=sys.stderr)
        return 1
    return 0


def run(seconds: float, seed: str, where: tuple[str, str]) -> None:
    """A whole campaign, and what came of it."""
    from tests.fuzz.campaign import Campaign  # noqa: PLC0415 - as above
    from tests.fuzz.giving import give  # noqa: PLC0415 - as above

    began = told = time.monotonic()

    def is_over(tally: "Tally") -> bool:
        nonlocal told
        faulthandler.dump_traceback_later(STUCK_SECONDS, exit=True)
        now = time.monotonic()
        is_enough = now - began > seconds and tally.rounds > 0
        if is_enough or now - told > PROGRESS_SECONDS:
            told = now
            print(f"{now - began:6.0f} s: {summary(tally)}", file=sys.stderr, flush=True)
        return is_enough

    call_command("migrate", verbosity=0)
    known = give()
    with Gateway(*where, [*known.tickets, *known.sessions]) as gateway:
        campaign = Campaign(gateway, seed, known)
        asyncio.run(campaign.run(is_over))
    faulthandler.cancel_dump_traceback_later()
    tally = campaign.tally
    grown = f"{grown_mib(tally.memory_mib):+.1f} MiB"
    print(f"{time.monotonic() - began:.0f} s: {summary(tally)}, {grown}; nothing was found.")


def summary(tally: "Tally") -> str:
    memory = f"{min(tally.memory_mib):.0f} to {max(tally.memory_mib):.0f} MiB" if tally.memory_mib else "no memory yet"
    ways = ", ".join(f"{way}: {count}" for way, count in tally.clients.most_common())
    return f"{tally.clients.total()} clients ({ways}), {tally.cases} inputs without one, {memory}"


def replay(file: Path, where: tuple[str, str]) -> None:
    """Raises FoundError where it fails still."""
    from tests.fuzz import campaign  # noqa: PLC0415 - as above

    said = json.loads(file.read_text(encoding="utf-8"))
    if said["kind"] != campaign.ROUND:
        campaign.judge(said["kind"], said["input"])
        return
    call_command("migrate", verbosity=0)
    with Gateway(*where) as gateway:
        asyncio.run(campaign.replay(gateway, said["input"]))


def keep(kind: str, found: object) -> Path:
    """The file that it stands in."""
    FOUND.mkdir(parents=True, exist_ok=True)
    file = FOUND / f"{kind}-{time.strftime('%Y-%m-%d_%H-%M-%S')}.json"
    file.write_text(json.dumps({"kind": kind, "input": found}), encoding="utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
