"""`python -m stress.restarts`, as `make restarts` starts it: workers are replaced under load, and the exit status.

0: nobody was refused, everybody came back and was served, and nothing was lost or came twice. 1: not so, or it could
not be tested. 2: bad options. 130: Ctrl-C.
"""

import argparse
import asyncio
import os
import random
import resource
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass

import uvloop

from stress.restarts.crowd import Crowd
from stress.restarts.gateway import Gateway, GatewayError
from stress.restarts.verdict import Outcome, figures, reasons
from stress.restarts.writer import Writer

FACILITY = "restarts"
INTERRUPTED = 128 + signal.SIGINT
SERVED_SECONDS = 300.0
HEARD_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Size:
    """What was asked for."""

    restarts: int
    clients: int
    rate: int
    """Messages a second."""
    steps: int
    """In which they are published, each second."""
    workers: int


def main() -> int:
    size = parse_options()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            outcome = runner.run(test(size, os.environ["REDIS_URL"]))
        except GatewayError as error:
            print(f"FAILED: {error}")
            return 1
        except KeyboardInterrupt:
            print("Interrupted.")
            return INTERRUPTED
    failures = reasons(outcome)
    print(figures(outcome))
    for failure in failures:
        print(f"FAILED: {failure}.")
    print(
        "FAILED"
        if failures
        else "PASSED: nobody was refused, and within each connection nothing was lost or came twice."
    )
    return 1 if failures else 0


async def test(size: Size, redis_url: str) -> Outcome:
    """Raises GatewayError where the gateway does not start, or not replace its workers."""
    async with AsyncExitStack() as cleanup:
        writer = cleanup.enter_context(Writer(redis_url, FACILITY, size.rate, size.steps))
        gateway = await Gateway.start(size.workers)
        cleanup.push_async_callback(gateway.stop)
        crowd = Crowd(gateway.port, FACILITY, size.clients, random.random)
        cleanup.callback(crowd.end)
        await crowd.arrive()
        restarted = await restart_again_and_again(size, gateway, crowd)
        writer.stop()
        behind = await crowd.until_heard(writer.seq, HEARD_SECONDS)
        crowd.end()
        return Outcome(
            clients=size.clients,
            restarts=size.restarts,
            restarted=restarted,
            published=writer.seq,
            behind=behind,
            status=await gateway.stop(),
            errors=gateway.errors,
            tally=crowd.tally,
        )


async def restart_again_and_again(size: Size, gateway: Gateway, crowd: Crowd) -> int:
    """After how many of them all clients were served again."""
    if not await crowd.until_served(0, SERVED_SECONDS):
        return 0
    print(f"{size.clients:,} clients hear {size.rate:,} messages a second from {size.workers} workers", flush=True)
    for restart in range(1, size.restarts + 1):
        told = crowd.tally.told + size.clients
        gateway.replace_workers()
        await gateway.until("replaced: ", restart)
        if not await crowd.until_served(told, SERVED_SECONDS):
            return restart - 1
        await gateway.until("stopped; ", restart * size.workers)
        tally = crowd.tally
        slowest = f"the slowest let in after {tally.slowest_entry:.2f} s, served after {tally.slowest:.2f} s"
        print(f"restart {restart}: {tally.told:,} told, {slowest}", flush=True)
    return size.restarts


def parse_options() -> Size:
    parser = argparse.ArgumentParser(prog="python -m stress.restarts", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--restarts", type=positive, default=50)
    parser.add_argument("--clients", type=positive, default=5000)
    parser.add_argument("--rate", type=positive, default=500, help="messages a second")
    parser.add_argument("--steps", type=positive, default=10, help="in which they are published, each second")
    parser.add_argument("--workers", type=positive, default=2)
    return Size(**vars(parser.parse_args()))


def positive(text: str) -> int:
    """A whole number above zero."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above zero")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
