"""The pipeline's messages come from the stream, once and in order: also what came while Redis was away (P59)."""

import json
import threading
from contextlib import ExitStack

import redis
from websockets.frames import Close as CloseData
from websockets.sync.client import ClientConnection

from project.development.valkey import Valkey
from tests.wire_cutter import WireCutter
from tests.ws.gateway.conftest import MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT
from tests.ws.gateway.stream_writer import StreamWriter
from tests.ws.gateway.test_server import close_of, next_message
from ws.gateway.observations import (
    EpochChanged,
    HintMissed,
    HintsUnfounded,
    MessagesMissed,
    RedisLost,
    RedisRegained,
    Resumed,
)

MISSED = CloseData(1012, "messages were missed: reconnect and refetch")
REFUSED = CloseData(1013, "this facility cannot be followed now")


def heard(client: ClientConnection, messages: int) -> list[str | bytes]:
    """The next so many."""
    return [next_message(client) for _ in range(messages)]


def test_messages_come_from_the_stream_once_and_in_order(
    gateway: RunningGateway, facility: str, writer: StreamWriter
) -> None:
    writer.append()
    with gateway.follow(facility) as client:
        expected = [text for number in (1, 500, 1, 3, 500, 500, 500, 2) for text in writer.append(number)]
        assert heard(client, len(expected)) == expected
        assert gateway.observed.of(HintMissed) == []


def test_a_pipeline_that_begins_while_clients_are_there_reaches_them(
    gateway: RunningGateway, facility: str, writer: StreamWriter
) -> None:
    with gateway.follow(facility) as client:
        expected = [writer.begin_epoch().decode(), *writer.append()]
        assert heard(client, 2) == expected
        assert gateway.observed.wait_for(EpochChanged).before == b""


def test_a_forged_message_of_the_pipeline_is_dropped(
    gateway: RunningGateway, facility: str, writer: StreamWriter, publisher: redis.Redis
) -> None:
    """G5: anyone who may publish can write a number."""
    writer.append()
    with gateway.follow(facility) as client:
        for seq in (writer.seq, writer.seq + 1, 10**9):
            publisher.publish(writer.channel, b'{"status": "deleted", "seq": %d}' % seq)
        publisher.publish(writer.channel, "somebody's own")
        assert heard(client, 1) == ["somebody's own"]
        assert hears(client, writer)
    assert gateway.observed.of(MessagesMissed) == []


def test_what_was_dropped_is_counted(
    gateway: RunningGateway, facility: str, writer: StreamWriter, publisher: redis.Redis
) -> None:
    writer.append()
    with gateway.follow(facility):
        publisher.publish(writer.channel, b'{"status": "deleted", "seq": 100}')
        assert gateway.observed.wait_for(HintsUnfounded) == HintsUnfounded(writer.channel, 1)


def test_the_newest_message_comes_before_any_heartbeat_and_once(
    gateway: RunningGateway, facility: str, writer: StreamWriter
) -> None:
    """As the kept message; or from the stream, where the others have not been told it either."""
    with ExitStack() as cleanup:
        for _ in range(4):
            texts = writer.append(2)
            client = cleanup.enter_context(gateway.connect(facility))
            first = [client.recv()]
            while first[-1] != HEARTBEAT:
                first.append(client.recv())
            assert first in ([texts[-1], HEARTBEAT], [*texts, HEARTBEAT])
            assert hears(client, writer)


def test_a_crowd_that_joins_while_messages_come_hears_each_once(
    gateway: RunningGateway, facility: str, writer: StreamWriter
) -> None:
    """G2: from wherever it begins, each client hears all that follows."""
    writer.append()
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            writer.append(7)

    thread = threading.Thread(target=write)
    thread.start()
    with ExitStack() as cleanup:
        clients = [cleanup.enter_context(gateway.connect(facility)) for _ in range(30)]
        stop.set()
        thread.join()
        last = writer.append()[-1]
        for client in clients:
            seqs = seqs_until(client, last)
            assert seqs == list(range(seqs[0], writer.seq + 1))


def hears(client: ClientConnection, writer: StreamWriter, messages: int = 1) -> bool:
    """Whether it hears next what is appended now."""
    expected = writer.append(messages)
    return heard(client, messages) == expected


def seqs_until(client: ClientConnection, last: str) -> list[int]:
    """Of all messages up to this one."""
    texts = [next_message(client)]
    while texts[-1] != last:
        texts.append(next_message(client))
    return [json.loads(text)["seq"] for text in texts]


def test_what_was_appended_while_the_wire_was_cut_comes_once_and_in_order(
    make_gateway: MakeGateway, wire: WireCutter, facility: str, writer: StreamWriter
) -> None:
    writer.append()
    gateway = make_gateway(wire.url)
    with gateway.follow(facility) as client:
        before = writer.append(3)
        assert heard(client, 3) == before
        wire.refuse()
        gateway.observed.wait_for(RedisLost)
        meanwhile = [text for _ in range(20) for text in writer.append(5)]
        wire.accept()
        assert heard(client, 100) == meanwhile
        assert hears(client, writer)
    assert gateway.observed.wait_for(Resumed) == Resumed(writer.channel, 100)
    assert gateway.observed.of(RedisRegained) == [RedisRegained(0, 1)]


def test_cuts_at_every_place_lose_nothing(
    make_gateway: MakeGateway, wire: WireCutter, facility: str, writer: StreamWriter
) -> None:
    """The question, the answer, or the hint is lost with the wire."""
    writer.append()
    gateway = make_gateway(wire.url)
    with gateway.follow(facility) as client:
        for cut in (wire.cut_at_answer, wire.cut_at_request, wire.cut):
            for _ in range(3):
                cut()
                expected = [text for _ in range(3) for text in writer.append(2)]
                assert heard(client, 6) == expected
    assert len(gateway.observed.of(RedisLost)) >= 3


def test_who_joins_while_redis_is_away_is_told_and_the_others_stay(
    make_gateway: MakeGateway, wire: WireCutter, facility: str, writer: StreamWriter
) -> None:
    writer.append()
    gateway = make_gateway(wire.url)
    with gateway.follow(facility) as stays:
        wire.refuse()
        gateway.observed.wait_for(RedisLost)
        with gateway.connect(facility) as comes:
            expected = writer.append()
            wire.accept()
            assert close_of(comes) == CloseData(1012, "restarting: reconnect and refetch")
        assert heard(stays, 1) == expected


def test_a_killed_connection_is_resumed(make_gateway: MakeGateway, own_redis: Valkey, facility: str) -> None:
    with redis.Redis.from_url(own_redis.url) as client_of_redis:
        writer = StreamWriter(client_of_redis, facility)
        writer.append()
        gateway = make_gateway(own_redis.url)
        with gateway.follow(facility) as client:
            for _ in range(3):
                client_of_redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
                expected = writer.append(4)
                assert heard(client, 4) == expected


def test_a_redis_that_restarts_keeps_its_clients(make_gateway: MakeGateway, own_redis: Valkey, facility: str) -> None:
    with redis.Redis.from_url(own_redis.url) as client_of_redis:
        writer = StreamWriter(client_of_redis, facility)
        writer.append()
        gateway = make_gateway(own_redis.url)
        with gateway.follow(facility) as client:
            own_redis.stop()
            gateway.observed.wait_for(RedisLost)
            own_redis.start()
            assert hears(client, writer, 2)


def test_a_redis_that_comes_back_empty_is_told(make_gateway: MakeGateway, own_redis: Valkey, facility: str) -> None:
    with redis.Redis.from_url(own_redis.url) as client_of_redis:
        writer = StreamWriter(client_of_redis, facility)
        writer.append()
        gateway = make_gateway(own_redis.url)
        with gateway.follow(facility) as client:
            client_of_redis.flushall()
            client_of_redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            assert close_of(client) == MISSED
        assert gateway.observed.wait_for(MessagesMissed).why == "the stream is gone"


def test_a_new_epoch_is_heard_from_its_start_and_nobody_is_closed(
    make_gateway: MakeGateway, wire: WireCutter, facility: str, writer: StreamWriter
) -> None:
    """G3: what it numbers is other messages."""
    writer.append(50)
    gateway = make_gateway(wire.url)
    with gateway.follow(facility) as client:
        old = writer.epoch.encode()
        for is_away in (False, True):
            if is_away:
                wire.refuse()
                gateway.observed.wait_for(RedisLost)
            announcement = writer.begin_epoch().decode()
            expected = [announcement, *writer.append(3)]
            wire.accept()
            assert heard(client, 4) == expected
    assert gateway.observed.of(EpochChanged)[0] == EpochChanged(
        writer.channel, old, gateway.observed.of(EpochChanged)[1].before
    )


def test_a_span_that_is_gone_is_told_and_who_returns_goes_on(
    make_gateway: MakeGateway, wire: WireCutter, facility: str, writer: StreamWriter
) -> None:
    writer.append()
    gateway = make_gateway(wire.url)
    with gateway.follow(facility) as client:
        wire.refuse()
        gateway.observed.wait_for(RedisLost)
        for _ in range(3):
            writer.append(5)
        writer.trim(2)
        wire.accept()
        assert close_of(client) == MISSED
    assert gateway.observed.wait_for(MessagesMissed) == MessagesMissed(
        writer.channel, "3 to 7 are no longer in the stream", 1
    )
    with gateway.follow(facility) as client:
        assert hears(client, writer)


def test_a_missed_hint_does_not_mean_silence(gateway: RunningGateway, facility: str, writer: StreamWriter) -> None:
    writer.append()
    with gateway.follow(facility) as client:
        expected = writer.append(3, is_published=False)
        assert heard(client, 3) == expected
    assert gateway.observed.wait_for(HintMissed) == HintMissed(writer.channel, 3)


def test_followers_of_a_channel_without_a_pipeline_are_told_beside_others_who_are_not(
    make_gateway: MakeGateway, wire: WireCutter, facility: str, writer: StreamWriter
) -> None:
    writer.append()
    gateway = make_gateway(wire.url)
    with gateway.follow(facility) as piped, gateway.follow(f"{facility}/") as live:
        wire.cut()
        assert close_of(live) == CloseData(1012, "restarting: reconnect and refetch")
        assert hears(piped, writer)
    assert gateway.observed.of(RedisRegained) == [RedisRegained(1, 1)]
