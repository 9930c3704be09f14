"""A pipeline whose health can be asked for."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.pipeline.conftest import Pipeline
from tests.processes import Process
from tests.ws.health.asking import ask
from tests.ws.observed import wait_until

HEALTH = ("--health", "127.0.0.1:0")


def health_url(process: Process) -> str:
    """Where it said that it answers."""
    found = re.search(r"health at (\S+)/healthz", process.wait_for("health at"))
    assert found is not None
    return found[1]


@contextmanager
def watched_pipeline(environment: dict[str, str]) -> Iterator[Pipeline]:
    with ExitStack() as cleanup:
        listener = cleanup.enter_context(Process.manage("runlistener", *HEALTH, environment=environment))
        gateway = cleanup.enter_context(
            Process.manage("rungateway", "--bind", "127.0.0.1:0", *HEALTH, environment=environment)
        )
        listener.wait_for("leading:")
        address = gateway.wait_for("ready at").partition("ready at ")[2].partition(",")[0]
        for process in (listener, gateway):
            url = health_url(process)
            wait_until(lambda url=url: ask(url, "readyz")[0] == 200)  # type: ignore[misc]
        yield Pipeline(environment, listener, gateway, address)
