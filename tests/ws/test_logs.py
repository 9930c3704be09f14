"""Observations as lines of a log: at a pace, and without what opens doors."""

import subprocess
import sys
from itertools import chain, repeat
from uuid import uuid4

import pytest

from project.environment import CHECKOUT
from tests.ws.observed import wait_until
from ws.gateway.observations import AdmissionFailed, HandshakeRefused, RedisLost
from ws.logs import log_to

REFUSED = HandshakeRefused("192.0.2.7:1", 429, "too many")


@pytest.fixture
def name() -> str:
    """A logger that no other test uses."""
    return f"rowcast.test-{uuid4().hex}"


def test_ten_thousand_aborted_handshakes_write_ten_lines_and_a_count(
    caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """PITFALLS A13."""
    now = 0.0
    observe = log_to(name, now=lambda: now)
    for number in range(10_000):
        observe(AdmissionFailed(f"192.0.2.7:{number}", "Traceback (most recent call last)\nValueError"))
    now = 11.0
    observe(REFUSED)
    *first, count, other = caplog.messages
    assert [line.partition("\n")[0] for line in first] == [
        f"could not find out what 192.0.2.7:{number} may do:" for number in range(10)
    ]
    assert count == "… and 9,990 more like this within 10 s, the last: could not find out what 192.0.2.7:9999 may do:"
    assert other == "refused 192.0.2.7:1 with 429: too many"


def test_a_flood_of_one_status_does_not_hide_another(caplog: pytest.LogCaptureFixture, name: str) -> None:
    now = 0.0
    observe = log_to(name, now=lambda: now)
    for _ in range(100):
        observe(REFUSED)
    observe(HandshakeRefused("192.0.2.7:1", 403, "another page"))
    observe(RedisLost("away", 1.0))
    assert len(caplog.messages) == 12
    now = 11.0
    observe(REFUSED)
    assert caplog.messages[12].startswith("… and 90 more")


def test_a_count_is_told_when_nothing_more_comes(caplog: pytest.LogCaptureFixture, name: str) -> None:
    """By a clock on which each spell is over as soon as somebody looks again."""
    clock = chain(repeat(0.0, 10), [9.99], repeat(10.0))
    observe = log_to(name, now=lambda: next(clock))
    for _ in range(11):
        observe(REFUSED)
    wait_until(lambda: len(caplog.messages) == 11)
    assert caplog.messages[-1].startswith("… and 1 more like this")


CODE = """
from ws.gateway.observations import HandshakeRefused
from ws.logs import log_to
observe = log_to("rowcast.gateway", shown=True)
for number in range(12):
    observe(HandshakeRefused("192.0.2.7:1", 400, "GET /ws/x?a&TICKET=s3cret-ticket session:s3cret-key:x"))
"""


def test_a_count_is_told_as_the_process_ends_and_nothing_secret_ever() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert len(done.stderr.splitlines()) == 11
    assert "WARNING rowcast.gateway: … and 2 more like this" in done.stderr.splitlines()[-1]
    assert "s3cret" not in done.stderr
