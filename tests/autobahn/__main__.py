"""`make autobahn`: the Autobahn test suite against the gateway's protocol stack.

Out: how many cases came out how, and status 0 if none failed but those that are known and explained.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from tests.autobahn.outcome import failures, read_cases, told
from tests.autobahn.testee import ADDRESS, Testee

AGENT = "rowcast"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make autobahn", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wstest", type=Path, required=True, help="the suite's program")
    parser.add_argument("--cases", nargs="+", default=["*"], help="such as 1.* 9.1.1 (default: all)")
    parser.add_argument("--reports", type=Path, help="a folder for the suite's own pages (default: none are kept)")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="rowcast-autobahn-") as folder:
        reports: Path = options.reports or Path(folder)
        reports.mkdir(parents=True, exist_ok=True)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(options.wstest.absolute(), options.cases, reports.absolute()))
        cases = read_cases(json.loads((reports / "index.json").read_text(encoding="utf-8"))[AGENT])
    print(*told(cases), sep="\n")
    return 1 if failures(cases) or not cases else 0


async def run(wstest: Path, cases: Sequence[str], reports: Path) -> None:
    """Let the suite write its report. An exception that nobody caught ends us, as an end of the suite's does."""
    testee = Testee()
    async with await testee.serve() as server:
        url = f"ws://{ADDRESS}:{server.sockets[0].getsockname()[1]}/echo"
        asked = reports / "asked.json"
        asked.write_text(json.dumps(_asked(url, cases, reports)), encoding="utf-8")
        suite = await asyncio.create_subprocess_exec(wstest, "-m", "fuzzingclient", "-s", asked, stdout=sys.stderr)
        status = await suite.wait()
    if testee.uncaught or status != 0:
        sys.exit(f"the suite ended with {status}; nobody caught {testee.uncaught}")


def _asked(url: str, cases: Sequence[str], reports: Path) -> dict[str, object]:
    servers = [{"agent": AGENT, "url": url}]
    rest: dict[str, object] = {"exclude-cases": [], "exclude-agent-cases": {}, "options": {"failByDrop": False}}
    return {"outdir": str(reports), "servers": servers, "cases": list(cases), **rest}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.exit(main())
