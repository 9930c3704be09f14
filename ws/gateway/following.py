"""The followed channels: what the feed tells of each becomes messages for its clients, once and in order. Pure.

A message of the pipeline is handed out from its stream only; what anybody else publishes, as it comes. Who joins gets
the kept message, a heartbeat, and all that is handed out from then on; the hub sees to it that this begins where the
others are, and the position is the channel's, so nobody needs one of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from ws.gateway.followed import Asker, Followed, Follower, Loop
from ws.gateway.frames import message_frame
from ws.gateway.hub import Hub
from ws.gateway.observations import EpochChanged, HintMissed, HintsUnfounded, MessagesMissed, RedisRegained, Resumed
from ws.gateway.position import Cause, Finding
from ws.gateway.question import (
    CHUNKS_AT_ONCE,
    Answers,
    beginning,
    entries_of,
    glancing,
    head_of,
    joining,
    reading,
)
from ws.observation import Observe
from ws.wire.channels import Channel
from ws.wire.codes import MISSED, REFUSED_BY_REDIS, RESTARTING
from ws.wire.message import seq_of


class Following:
    """Who follows what, and how far each channel was handed out."""

    def __init__(self, prefix: str | None, feed: Asker, observe: Observe, loop: Loop) -> None:
        self._prefix = prefix
        self._feed = feed
        self._observe = observe
        self._loop = loop
        self._hub = Hub()
        self.traffic = self._hub.traffic
        self._channels: dict[Channel, Followed] = {}
        self._entered: list[Followed] = []
        """Those that somebody has joined in this turn."""

    # What clients tell.

    def join(self, client: Follower, channels: Collection[Channel]) -> None:
        """Hand out to this client what comes from here on, the kept messages first, then a heartbeat."""
        client.joining = len(channels)
        for channel in channels:
            self._join(client, channel)
        if not channels:
            client.beat(self._loop.time())

    def _join(self, client: Follower, channel: Channel) -> None:
        followed = self._channels.get(channel)
        if followed is None:
            followed = self._channels[channel] = Followed(channel)
            self._feed.subscribe(channel)
        followers = self._hub.join(client, channel, self._loop.time())
        client.follows = (*client.follows, followers)
        if followed.join(client, followers.messages):
            if not self._entered:
                self._loop.call_soon(self._ask_for_those_who_joined)
            self._entered.append(followed)

    def _ask_for_those_who_joined(self) -> None:
        """One question for all of a channel: a crowd that reconnects asks for little more than one client does."""
        entered, self._entered = self._entered, []
        for followed in entered:
            clients = followed.asked()
            if clients and self._channels.get(followed.channel) is followed:
                ask = beginning if followed.reading.position is None else joining
                question = ask(self._prefix, followed.channel)
                self._feed.ask(question, partial(self._joined, followed, clients))

    def leave(self, client: Follower) -> None:
        """All that it follows. Leaving twice does no harm."""
        for followers in client.follows:
            self._leave(client, followers.channel)

    def withdraw(self, client: Follower, channel: Channel) -> None:
        """It may not follow this channel any more."""
        is_following = any(followers.channel == channel for followers in client.follows)
        if is_following and self._leave(client, channel):
            self._has_joined(client)

    def spoke(self, client: Follower, message: bytes) -> None:
        """It has published this message, and does not want it back."""
        for followers in client.follows:
            self._hub.spoke(client, followers.channel, message)

    def _leave(self, client: Follower, channel: Channel) -> bool:
        """Whether it was about to join."""
        client.follows = tuple(followers for followers in client.follows if followers.channel != channel)
        was_joining = self._channels[channel].leave(client)
        if self._hub.leave(client, channel):
            del self._channels[channel]
            self._feed.unsubscribe(channel)
        return was_joining

    # What the feed tells.

    def channels(self) -> Sequence[Channel]:
        """All that are followed."""
        return tuple(self._channels)

    def message(self, channel: Channel, message: bytes) -> None:
        """Published by anybody: a message, or the hint that there is one in the stream."""
        followed = self._channels.get(channel)
        if followed is None:
            return
        if seq_of(message) is not None:
            self._read(followed, "hint")
        else:
            followed.hears_others = True
            self._flush_after(self._hub.publish(channel, message))

    def poll(self, channel: Channel) -> None:
        """Look whether there is something that we heard nothing of."""
        followed = self._channels.get(channel)
        if followed is None:
            return
        if followed.unfounded:
            self._observe(HintsUnfounded(channel, followed.unfounded))
            followed.unfounded = 0
        self._read(followed, "poll")

    def refused(self, channel: Channel) -> None:
        """Redis does not let us follow this channel."""
        self._hub.dismiss(channel, REFUSED_BY_REDIS)

    def regained(self) -> None:
        """Redis is back: what stands in a stream is read there; who may have missed anything else is told."""
        told = sum(self._tell_missed(followed) for followed in tuple(self._channels.values()))
        self._observe(RedisRegained(told, len(self._channels)))
        for followed in self._channels.values():
            self._feed.subscribe(followed.channel)
            self._read(followed, "resume")

    def _tell_missed(self, followed: Followed) -> int:
        """Those to whom the stream does not tell everything, and those who were about to join."""
        followed.reading.interrupted()
        if followed.hears_others or not followed.reading.has_pipeline:
            return self._hub.dismiss(followed.channel, RESTARTING)
        waiting = () if followed.joiners is None else tuple(followed.joiners.waiting)
        for client in waiting:
            client.close(RESTARTING)
        return len(waiting)

    def _joined(self, followed: Followed, clients: Sequence[Follower], answers: Answers) -> int:
        """A kept message is for those whom nothing newer has reached since they joined, nor will from the stream."""
        waiting = followed.told_kept(clients)
        if not waiting:
            return 0
        if answers is None or _has_refusal(answers[:-1]):
            self.refused(followed.channel)
            return 0
        head, kept = head_of(answers[0]), answers[-1]
        is_elsewhere = followed.reading.joined(head)
        if isinstance(kept, bytes) and followed.reading.is_next_to(kept, head):
            self._hand_out_kept(followed.channel, waiting, message_frame(kept))
        followed.wait_for_the_stream(client for client in waiting if client.follows)
        if is_elsewhere:
            self._read(followed, "poll")
        else:
            self._beat(followed)
        return 0

    def _hand_out_kept(self, channel: Channel, waiting: Mapping[Follower, int], frame: bytes) -> None:
        """One who reads too slowly leaves at that."""
        messages = self._hub.messages_of(channel)
        for client, messages_before in waiting.items():
            if messages == messages_before:
                client.deliver(frame)

    def _read(self, followed: Followed, cause: Cause) -> None:
        if followed.reading.asks(cause):
            if cause == "hint":
                self._glance(followed)
            else:
                self._ask(followed)

    def _glance(self, followed: Followed) -> None:
        """What was hinted at mostly stands right above the position."""
        assert followed.reading.position is not None, "a reading that asks has one"
        question = glancing(self._prefix, followed.channel, followed.reading.position)
        self._feed.ask(question, partial(self._glanced, followed))

    def _glanced(self, followed: Followed, answers: Answers) -> int:
        if self._channels.get(followed.channel) is not followed:
            return 0
        if answers is None or _has_refusal(answers):
            self.refused(followed.channel)
            return 0
        finding = followed.reading.glanced(entries_of(answers[0]), CHUNKS_AT_ONCE)
        if finding is None:
            self._ask(followed)
            return 0
        return self._take(followed, finding)

    def _ask(self, followed: Followed) -> None:
        assert followed.reading.position is not None, "a reading that asks has one"
        question = reading(self._prefix, followed.channel, followed.reading.position)
        self._feed.ask(question, partial(self._answered, followed))

    def _answered(self, followed: Followed, answers: Answers) -> int:
        channel = followed.channel
        if self._channels.get(channel) is not followed:
            return 0
        if answers is None or _has_refusal(answers):
            self.refused(channel)
            return 0
        return self._take(followed, followed.reading.answered(head_of(answers[0]), entries_of(answers[1])))

    def _take(self, followed: Followed, finding: Finding) -> int:
        """Do what it comes to; how many messages that hands out."""
        channel = followed.channel
        if finding.gap is not None:
            self._observe(MessagesMissed(channel, finding.gap, self._hub.dismiss(channel, MISSED)))
        for chunked in finding.chunks:
            self._flush_after(self._hub.publish_chunk(channel, chunked))
        self._note(followed, finding)
        if finding.is_done:
            self._beat(followed)
        elif self._channels.get(channel) is followed:
            self._ask(followed)
        return finding.messages

    def _note(self, followed: Followed, finding: Finding) -> None:
        """What is worth noticing of it."""
        channel, messages = followed.channel, followed.reading.messages
        if finding.ended is not None:
            assert followed.reading.position is not None
            self._observe(EpochChanged(channel, finding.ended.epoch, followed.reading.position.epoch))
        if not finding.is_done:
            return
        if followed.reading.cause == "hint":
            followed.unfounded += messages == 0 and finding.gap is None
        elif messages > 0:
            kind = HintMissed if followed.reading.cause == "poll" else Resumed
            self._observe(kind(channel, messages))
            if kind is HintMissed:
                self._feed.subscribe(channel)  # a subscription may have been lost, and Redis says nothing of that

    def _beat(self, followed: Followed) -> None:
        """Those who joined have what stood in Redis."""
        if followed.joiners is None:
            return
        self._flush()
        for client in followed.told_all():
            self._has_joined(client)

    def _has_joined(self, client: Follower) -> None:
        """The first heartbeat, after what each channel had: after it comes only what is newer."""
        client.joining -= 1
        if client.joining == 0:
            client.beat(self._loop.time())

    def _flush_after(self, is_first: bool) -> None:  # noqa: FBT001
        if is_first:
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._hub.flush(self._loop.time())


def _has_refusal(answers: Sequence[object]) -> bool:
    return any(isinstance(answer, Exception) for answer in answers)
