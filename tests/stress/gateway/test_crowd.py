"""Clients by the thousand, of which three will do here, against a server of websockets'."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from websockets.sync.server import ServerConnection, serve

from stress.gateway.crowd import Address, Crowd
from stress.gateway.lineup import LINEUP
from stress.gateway.messages import HEARTBEAT, Stream
from stress.gateway.refusal import RefusedError

STREAM = Stream(0, 5)
REQUESTS = [LINEUP[0].request()] * 3


@contextmanager
def answering(texts: Sequence[bytes], told: Event) -> Iterator[Address]:
    """A server that answers a heartbeat, says these once it is told to, and answers another heartbeat."""

    def answer(client: ServerConnection) -> None:
        client.send(client.recv(), text=True)
        told.wait()
        for text in texts:
            client.send(text, text=True)
        client.send(client.recv(), text=True)
        client.recv()

    with serve(answer, "127.0.0.1", 0) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.socket.getsockname()
        finally:
            told.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    """Nobody yet."""
    made = Crowd()
    yield made
    made.close()


def test_all_that_comes_is_counted(crowd: Crowd) -> None:
    with answering(STREAM.texts(), told := Event()) as address:
        crowd.open(address, REQUESTS, at_once=2)
        crowd.say()
        crowd.expect(STREAM)
        told.set()
        received = crowd.receive(10.0)
        crowd.close()
    assert (received.deliveries, received.wrong) == (15, "")


def test_what_is_missing_is_told(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stress.gateway.crowd.QUIET_SECONDS", 0.0)
    texts = STREAM.texts()
    with answering([*texts[:2], *texts[3:], texts[0]], told := Event()) as address:
        crowd.open(address, REQUESTS, at_once=3)
        crowd.say()
        crowd.expect(STREAM)
        told.set()
        crowd.say()  # once it is answered, all has come that comes
        received = crowd.receive(0.0)
        crowd.close()
    assert (received.deliveries, received.wrong) == (12, "3 missing, 3 not as published")


def test_slow_clients_are_beside_and_not_counted(crowd: Crowd) -> None:
    with answering([HEARTBEAT], told := Event()) as address:
        crowd.lag(address, REQUESTS)
        crowd.expect(STREAM)
        told.set()
        assert crowd.stop_lagging() == 0
        assert crowd.receive(0.0).wrong == ""


def test_who_is_refused_is_told_why(crowd: Crowd) -> None:
    with answering([], Event()) as address:
        with pytest.raises(RefusedError, match=r"A client is refused: HTTP/1\.1 4"):
            crowd.open(address, [REQUESTS[0].replace(b"websocket", b"nonsense")], at_once=1)
        crowd.close()


def test_whoever_is_let_in_goes_where_only_handshakes_are_wanted(crowd: Crowd) -> None:
    with answering([], Event()) as address:
        assert crowd.handshakes(address, REQUESTS, ["127.0.0.2", "127.0.0.3"], at_once=2) == 3
