"""What thor would call a success: each of these ends within a minute, with a reason, and not with 0."""

import pytest
from websockets.asyncio.server import ServerConnection

from tests.stress.load import peers
from tests.stress.load.conftest import Script

HTTP_PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
TLS_ALERT = bytes.fromhex("15030300020246")


@pytest.fixture(autouse=True)
def _thor(thor: None) -> None: ...


def test_a_closed_port_is_a_reason(script: Script) -> None:
    """Compatibility R17, R18, T6."""
    with peers.running(peers.tcp(None)) as address:
        pass
    outcome = script("-a", "5", "-s", address)
    assert outcome.status == 1
    assert "0 of 5 connected" in outcome.output
    assert "refused" in outcome.output


def test_a_name_that_does_not_resolve_is_a_reason(script: Script) -> None:
    outcome = script("-a", "5", "-s", "no-such-host.invalid")
    assert outcome.status == 1
    assert "ws://no-such-host.invalid/ws/rodan?subscribe-broadcast could not be reached" in outcome.output


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "did not answer the handshake within 10 s"),
        (HTTP_PAGE, "refused the handshake with HTTP 200"),
        (TLS_ALERT, "a TLS port needs wss://"),
    ],
    ids=["silent", "page", "tls"],
)
def test_a_server_that_does_not_speak_websocket_is_a_reason(script: Script, answer: bytes | None, reason: str) -> None:
    with peers.running(peers.tcp(answer)) as address:
        outcome = script("-a", "5", "-s", address)
    assert outcome.status == 1
    assert reason in outcome.output


@pytest.mark.parametrize("status", [403, 404])
def test_a_crowd_that_is_refused_is_a_reason(script: Script, status: int) -> None:
    with peers.running(peers.websockets(peers.answers, status)) as address:
        outcome = script("-a", "5", "-s", address)
    assert outcome.status == 1
    assert f"5 of 5 did not connect (5 times Unexpected server response: {status})" in outcome.output


def test_a_handshake_and_then_nothing_is_a_reason(script: Script) -> None:
    """Compatibility T5."""
    with peers.running(peers.websockets(peers.says_nothing)) as address:
        outcome = script("-a", "5", "-w", "6", "-s", address)
    assert outcome.status == 1
    assert "the server hung: nothing moved for 6 s" in outcome.output
    assert "5 of 5 that connected did not get an answer" in outcome.output


def test_a_server_that_closes_every_connection_is_a_reason(script: Script) -> None:
    with peers.running(peers.websockets(peers.goes_at_once)) as address:
        outcome = script("-a", "5", "-s", address)
    assert outcome.status == 1
    assert "5 of 5 that connected did not get an answer" in outcome.output


def test_a_server_that_greets_and_answers_nothing_is_a_reason(script: Script) -> None:
    """Compatibility T4."""

    async def only_greets(connection: ServerConnection) -> None:
        await connection.send(peers.HEARTBEAT)
        await peers.says_nothing(connection)

    with peers.running(peers.websockets(only_greets)) as address:
        outcome = script("-a", "5", "-n", "2", "-w", "6", "-s", address)
    assert outcome.status == 1
    assert "5 of 5 that connected did not get all of their 2 answers" in outcome.output


def test_a_good_peer_with_equal_news_passes(script: Script) -> None:
    with peers.running(peers.websockets(peers.answers)) as address:
        outcome = script("-a", "5", "-n", "2", "-s", f"ws://{address}")
    assert outcome.status == 0, outcome.output
    assert "Verdict: good." in outcome.log
