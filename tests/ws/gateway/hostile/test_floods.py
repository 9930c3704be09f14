"""PITFALLS A13: so much goes wrong that it would fill the log; and nothing secret stands there (A3)."""

import socket
import struct
from itertools import cycle, islice

from tests.ws.gateway.hostile.target import Target
from tests.ws.gateway.requests import request

SETTINGS = {"WS4REDIS_PROCESS_REQUEST": "tests.ws.gateway.hostile.rules.fail"}
RESET = struct.pack("ii", 1, 0)
SECRETS = {"Cookie": "sessionid=s3cret-cookie; other=s3cret-other", "Authorization": "Bearer s3cret-bearer"}
SAYING_MUCH = "/ws/fail?subscribe-user&key=s3cret-key%3A1&next=s3cret-next"
WITH_TICKET = "/ws/sky?subscribe-user&%74icket=s3cret-ticket%3A1"
ABORTED = [
    b"",
    b"GET /ws/sky",
    request().removesuffix(b"\r\n"),
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    request("/elsewhere"),
    request(changes={"Origin": "https://evil.test", **SECRETS}),
    request(f"{WITH_TICKET}&a=\x85", changes=SECRETS),
    request(WITH_TICKET, changes={**SECRETS, "Host": None}),
    request(WITH_TICKET, changes=SECRETS),
]


def test_ten_thousand_aborted_handshakes_are_few_lines(target: Target) -> None:
    """A13."""
    with target.attacked():
        for said in islice(cycle(ABORTED), 10_000):
            with target.connect() as client:
                client.send(said)
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    assert "more like this" in target.process.wait_for("more like this")
    assert "s3cret" not in target.process.output


def test_tracebacks_are_few_and_show_nothing_of_what_was_told_in_confidence(target: Target) -> None:
    """A13, A3: of a rule of the site's that puts the whole request into its exception."""
    before = target.process.output.count("Traceback")
    for _ in range(300):
        assert target.status(request(SAYING_MUCH, changes=SECRETS)) == 500
    assert 0 < target.process.output.count("Traceback") - before <= 100
    assert "RuntimeError: <WSGIRequest: GET '/ws/fail?" in target.process.output
    assert "s3cret" not in target.process.output
