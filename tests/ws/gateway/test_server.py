"""The gateway as a whole: what is published reaches those who asked, and all are told when it ends."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import redis
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close as CloseData
from websockets.sync.client import ClientConnection, connect

from tests.processes import Process
from tests.ws.gateway.conftest import MESSAGE_SECONDS, MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT, RawClient
from tests.ws.observed import wait_until
from ws.gateway.observations import Stopped

MANY = 5_000


def next_message(client: ClientConnection) -> str | bytes:
    """The next one past heartbeats."""
    deadline = time.monotonic() + MESSAGE_SECONDS
    while (message := client.recv(MESSAGE_SECONDS)) == HEARTBEAT:
        assert time.monotonic() < deadline, "nothing but heartbeats"
    return message


def close_of(client: ClientConnection) -> CloseData | None:
    """The code and reason that the server closes this connection with."""
    deadline = time.monotonic() + MESSAGE_SECONDS
    while time.monotonic() < deadline:
        try:
            client.recv(MESSAGE_SECONDS)
        except ConnectionClosed as closed:
            return closed.rcvd
    pytest.fail("not closed in time")


def test_many_messages_arrive_in_order_without_later_traffic(
    gateway: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    """The original delivers one of them, and the rest when something else happens. Compatibility F6, L6."""
    with ExitStack() as cleanup:
        clients = [cleanup.enter_context(gateway.follow(facility)) for _ in range(5)]
        pipeline = publisher.pipeline(transaction=False)
        for number in range(MANY):
            pipeline.publish(gateway.channel(facility), f"message {number}")
        pipeline.execute()
        for client in clients:
            assert [next_message(client) for _ in range(MANY)] == [f"message {number}" for number in range(MANY)]


def test_no_heartbeat_stands_between_messages_of_one_batch(
    gateway: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility B5."""
    with gateway.follow(facility) as client:
        pipeline = publisher.pipeline(transaction=True)
        for number in range(5):
            pipeline.publish(gateway.channel(facility), str(number))
        pipeline.execute()
        assert [client.recv(MESSAGE_SECONDS) for _ in range(5)] == ["0", "1", "2", "3", "4"]


def test_text_stays_text_and_binary_stays_binary(
    gateway: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility F1."""
    with gateway.follow(facility) as client:
        for message in [b"Gr\xc3\xb6\xc3\x9fe", b"\xff\x00", b""]:
            publisher.publish(gateway.channel(facility), message)
        assert [next_message(client) for _ in range(3)] == ["Größe", b"\xff\x00", ""]


def test_a_message_of_a_megabyte_arrives_whole(gateway: RunningGateway, facility: str, publisher: redis.Redis) -> None:
    """Compatibility F2."""
    with gateway.follow(facility) as client:
        publisher.publish(gateway.channel(facility), "a" * 1_000_000)
        assert next_message(client) == "a" * 1_000_000


def test_facilities_do_not_mix(gateway: RunningGateway, facility: str, publisher: redis.Redis) -> None:
    with gateway.follow(facility) as one, gateway.follow(f"{facility}/") as other:
        publisher.publish(gateway.channel(f"{facility}/"), "other")
        publisher.publish(gateway.channel(facility), "one")
        assert (next_message(one), next_message(other)) == ("one", "other")


@pytest.mark.parametrize("path", ["", "a%20b", "caf%C3%A9/", "a:b", "%F0%9F%94%AD"])
def test_a_facility_may_have_any_name(gateway: RunningGateway, publisher: redis.Redis, path: str) -> None:
    """Compatibility U1, U3."""
    names = {"": "", "a%20b": "a b", "caf%C3%A9/": "café/", "a:b": "a:b", "%F0%9F%94%AD": "🔭"}
    with gateway.follow(path) as client:
        publisher.publish(gateway.channel(names[path]), "found")
        assert next_message(client) == "found"


def test_the_kept_message_comes_before_any_heartbeat(
    gateway: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility L5, B2."""
    publisher.set(gateway.channel(facility), "kept", ex=60)
    for _ in range(20):
        with gateway.connect(facility) as client:
            assert [client.recv(MESSAGE_SECONDS) for _ in range(2)] == ["kept", HEARTBEAT]


def test_the_second_follower_gets_the_kept_message_too(
    gateway: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    with gateway.follow(facility):
        publisher.set(gateway.channel(facility), b"\xffkept", ex=60)
        with gateway.connect(facility) as client:
            assert client.recv(MESSAGE_SECONDS) == b"\xffkept"


def test_a_newcomer_gets_each_message_once(gateway: RunningGateway, facility: str, publisher: redis.Redis) -> None:
    """What is published and kept while it joins comes as a message or as the kept one, not as both."""
    with gateway.open_raw(facility, "subscribe-broadcast"):
        for number in range(1, 50):
            with gateway.connect(facility) as newcomer:
                keep = publisher.pipeline(transaction=True)
                keep.publish(gateway.channel(facility), str(number))
                keep.set(gateway.channel(facility), str(number), ex=60)
                keep.publish(gateway.channel(facility), "end")
                keep.execute()
                heard = [next_message(newcomer)]
                while heard[-1] != "end":
                    heard.append(next_message(newcomer))
            assert heard in ([str(number), "end"], [str(number - 1), str(number), "end"])


def test_a_connection_without_words_gets_heartbeats_only(
    gateway: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility U15, B2, B3."""
    publisher.set(gateway.channel(facility), "kept", ex=60)
    with gateway.connect(facility, "") as client, gateway.follow(facility) as follower:
        publisher.publish(gateway.channel(facility), "message")
        assert next_message(follower) in {"kept", "message"}
        assert [client.recv(MESSAGE_SECONDS) for _ in range(2)] == [HEARTBEAT, HEARTBEAT]


def test_the_last_follower_ends_the_subscription(
    gateway: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    channel = gateway.channel(facility)

    def subscribers() -> int:
        (pair,) = publisher.pubsub_numsub(channel)
        return int(pair[1])

    with gateway.follow(facility):
        with gateway.follow(facility):
            assert subscribers() == 1
        with gateway.follow(facility):
            assert subscribers() == 1
    wait_until(lambda: subscribers() == 0)
    with gateway.follow(facility):
        assert subscribers() == 1


def test_who_follows_again_at_once_gets_every_message(
    gateway: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility L4, L6."""
    for number in range(30):
        with gateway.follow(facility) as client:
            publisher.publish(gateway.channel(facility), str(number))
            assert next_message(client) == str(number)


def test_a_client_does_not_publish(gateway: RunningGateway, facility: str) -> None:
    """PITFALLS A9: without an allowance nothing is published, and the connection stays. Compatibility F5."""
    words = "subscribe-broadcast&publish-broadcast&echo"
    with gateway.follow(facility) as other, gateway.connect(facility, words) as client:
        client.send("for everybody")
        assert [client.recv(MESSAGE_SECONDS) for _ in range(3)] == [HEARTBEAT] * 3
        assert other.recv(MESSAGE_SECONDS) == HEARTBEAT


def test_draining_tells_every_client_to_return(gateway: RunningGateway, facility: str) -> None:
    """Compatibility C4."""
    with gateway.follow(facility) as follower, gateway.connect("", "") as idle:
        gateway.stop()
        assert [close_of(client) for client in (follower, idle)] == [
            CloseData(1012, "restarting: reconnect and refetch")
        ] * 2


def test_draining_does_not_wait_for_those_who_do_not_answer(make_gateway: MakeGateway) -> None:
    gateway = make_gateway(drain_seconds=0.2)
    with RawClient(gateway.port) as unfinished, gateway.open_raw() as deaf:  # who is in came after who is not
        deaf.text()
        gateway.stop()
        assert deaf.close_frame().code == 1012
        assert deaf.is_ended()
        assert unfinished.is_ended()
    assert gateway.observed.of(Stopped) == [Stopped(1, cut=2)]


@pytest.fixture
def process(redis_url: str) -> Iterator[Process]:
    """`manage.py rungateway`; its site needs no database for it."""
    environment = {"REDIS_URL": redis_url, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    with Process.manage("rungateway", "--bind", "127.0.0.1:0", environment=environment) as running:
        yield running


def ready_url(process: Process) -> str:
    return process.wait_for("ready at").partition("ready at ")[2].partition(",")[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_all_with_1012_and_ends_with_0(process: Process, number: signal.Signals) -> None:
    """Compatibility P14, C4."""
    url = f"{ready_url(process)}rodan?subscribe-broadcast"
    with connect(url, proxy=None) as one, connect(url, proxy=None) as other:
        process.send(number)
        assert [close_of(client) for client in (one, other)] == [
            CloseData(1012, "restarting: reconnect and refetch")
        ] * 2
    assert process.wait() == 0, process.output
    assert "stopped; 2 clients were told to reconnect" in process.output
    assert "Traceback" not in process.output
