"""What a client says is published where it may, told to all who follow, and answered for."""

import threading

import pytest
import redis
from websockets.frames import Close as CloseData
from websockets.frames import Opcode

from tests.wire_cutter import WireCutter
from tests.ws.gateway.conftest import MESSAGE_SECONDS, MakeGateway, RunningGateway
from tests.ws.gateway.raw_client import HEARTBEAT, frame_bytes
from tests.ws.gateway.test_server import close_of, next_message
from tests.ws.observed import wait_until
from ws.gateway.client import SAID_AT_MOST
from ws.gateway.observations import MessageNotPublished
from ws.wire.codes import NOT_PUBLISHED

SPEAKING = "subscribe-broadcast&publish-broadcast"


@pytest.fixture
def talkative(make_gateway: MakeGateway) -> RunningGateway:
    """Everybody may publish."""
    return make_gateway(allow_publish=True)


def test_what_a_client_says_reaches_those_who_follow_and_is_kept(
    talkative: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility U10, L9."""
    with talkative.follow(facility) as follower, talkative.connect(facility, "publish-broadcast") as speaker:
        speaker.send("hello")
        assert next_message(follower) == "hello"
        wait_until(lambda: publisher.get(talkative.channel(facility)) == b"hello")
        assert 0 < publisher.ttl(talkative.channel(facility)) <= 3600


def test_nothing_is_kept_where_that_is_switched_off(
    make_gateway: MakeGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility S5."""
    gateway = make_gateway(allow_publish=True, expire_seconds=0)
    with gateway.follow(facility) as follower, gateway.connect(facility, "publish-broadcast") as speaker:
        speaker.send("hello")
        assert next_message(follower) == "hello"
        assert publisher.get(gateway.channel(facility)) is None


def test_binary_stays_binary(talkative: RunningGateway, facility: str) -> None:
    """Compatibility F1."""
    with talkative.follow(facility) as follower, talkative.connect(facility, "publish-broadcast") as speaker:
        speaker.send(b"\xff\x00")
        assert next_message(follower) == b"\xff\x00"


def test_a_speaker_does_not_get_back_what_it_said_last(talkative: RunningGateway, facility: str) -> None:
    """Compatibility L7."""
    with talkative.follow(facility) as other, talkative.connect(facility, SPEAKING) as speaker:
        speaker.send("mine")
        assert next_message(other) == "mine"
        with talkative.connect(facility, "publish-broadcast") as third:
            third.send("somebody's")
            assert next_message(speaker) == "somebody's"


def test_with_echo_it_gets_everything_back(talkative: RunningGateway, facility: str) -> None:
    """Compatibility U14, L8, W3."""
    with talkative.connect(facility, f"{SPEAKING}&echo") as speaker:
        for text in ("one", "one", "two"):
            speaker.send(text)
        assert [next_message(speaker) for _ in range(3)] == ["one", "one", "two"]


@pytest.mark.parametrize("said", [HEARTBEAT, "", b""])
def test_heartbeats_and_nothing_are_swallowed_and_answered(
    talkative: RunningGateway, facility: str, said: str | bytes
) -> None:
    """Compatibility L10, B4."""
    with talkative.follow(facility) as follower, talkative.connect(facility, "publish-broadcast") as speaker:
        assert speaker.recv() == HEARTBEAT
        speaker.send(said)
        assert speaker.recv() == HEARTBEAT
        speaker.send("after it")
        assert next_message(follower) == "after it"


def test_without_a_heartbeat_text_no_message_is_taken_for_one(make_gateway: MakeGateway, facility: str) -> None:
    """Compatibility S7."""
    gateway = make_gateway(heartbeat=None, allow_publish=True)
    with gateway.connect(facility, f"{SPEAKING}&echo") as speaker:
        speaker.send(HEARTBEAT)
        assert speaker.recv(MESSAGE_SECONDS) == HEARTBEAT
        speaker.send("after it")
        assert speaker.recv(MESSAGE_SECONDS) == "after it"


def test_fragments_are_published_as_one_message(talkative: RunningGateway, facility: str) -> None:
    with talkative.follow(facility) as follower, talkative.open_raw(facility, "publish-broadcast") as speaker:
        speaker.send_frame(Opcode.TEXT, b"he", fin=False)
        speaker.send_frame(Opcode.PING, b"between")
        speaker.send_frame(Opcode.CONT, b"llo")
        assert next_message(follower) == "hello"


def test_everything_that_was_said_is_published_before_the_close_is_answered(
    talkative: RunningGateway, facility: str, publisher: redis.Redis
) -> None:
    """Compatibility L13."""
    with talkative.follow(facility) as follower, talkative.open_raw(facility, "publish-broadcast") as speaker:
        for number in range(SAID_AT_MOST * 3):
            speaker.send_frame(Opcode.TEXT, b"%d" % number)
        speaker.send_frame(Opcode.CLOSE, CloseData(4000, "bye").serialize())
        assert speaker.close_frame() == CloseData(4000, "bye")
        assert publisher.get(talkative.channel(facility)) == b"%d" % (SAID_AT_MOST * 3 - 1)
        assert [next_message(follower) for _ in range(SAID_AT_MOST * 3)] == [str(n) for n in range(SAID_AT_MOST * 3)]


def test_who_is_gone_when_redis_has_taken_its_last_message_is_not_answered(
    make_gateway: MakeGateway, wire: WireCutter, facility: str
) -> None:
    """An answer that is written to nobody would be an exception in the loop, which fails this test at its end."""
    gateway = make_gateway(wire.url, allow_publish=True)
    with gateway.open_raw(facility, "subscribe-broadcast") as other:
        other.text()
        with gateway.open_raw(facility, "publish-broadcast") as speaker:
            speaker.text()
            wire.hold()
            speaker.send(frame_bytes(Opcode.TEXT, b"last") + frame_bytes(Opcode.CLOSE))
            speaker.reset()
        for _ in range(3):  # by then the gateway knows of the end
            other.send_frame(Opcode.PING)
            assert other.frame().opcode is Opcode.PONG
        wire.release()
        assert other.text() == "last"
        other.send_frame(Opcode.TEXT)
        assert other.text() == HEARTBEAT


def test_a_flood_is_read_no_faster_than_redis_takes_it(talkative: RunningGateway, facility: str) -> None:
    many = SAID_AT_MOST * 50
    with talkative.follow(facility) as follower, talkative.open_raw(facility, "publish-broadcast") as speaker:
        frames = b"".join(frame_bytes(Opcode.TEXT, b"%d" % number) for number in range(many))
        sending = threading.Thread(target=speaker.send, args=(frames,))
        sending.start()
        assert [next_message(follower) for _ in range(many)] == [str(number) for number in range(many)]
        sending.join()


def test_who_speaks_while_redis_is_away_is_told_so(make_gateway: MakeGateway, wire: WireCutter, facility: str) -> None:
    """Compatibility C5."""
    gateway = make_gateway(wire.url, allow_publish=True)
    with gateway.connect(facility, "publish-broadcast") as speaker:
        assert speaker.recv() == HEARTBEAT
        wire.refuse()
        speaker.send("lost")
        assert close_of(speaker) == CloseData(NOT_PUBLISHED.code, NOT_PUBLISHED.reason)
    assert gateway.observed.of(MessageNotPublished)


def test_a_text_that_is_not_utf_8_is_closed_with_1007(talkative: RunningGateway) -> None:
    """Compatibility C2."""
    with talkative.open_raw("", "") as client:
        client.send_frame(Opcode.TEXT, b"\xff")
        assert client.close_frame().code == 1007
