"""Channels → clients. Pure: time is an argument, and a client is whatever can be given bytes.

Messages of a channel that come in one turn become one bytes object, written to each client once, so the work per
message does not grow with the number of clients.
"""

from typing import Protocol

from ws.gateway.frames import chunk_frames, message_frame
from ws.gateway.traffic import Traffic
from ws.wire.channels import Channel
from ws.wire.codes import Close


class Receiver(Protocol):
    """A client, as the hub sees it."""

    said: bytes | None
    """The frame of the last message that it published, and does not want to get back."""

    def deliver(self, frames: bytes) -> None: ...
    def close(self, close: Close) -> None: ...


FEW = 8

Receivers = tuple[Receiver, ...] | dict[Receiver, None]
"""A tuple of a few, as most channels of one user have, else a dict's keys: a set of many takes two or three times as
much memory."""


class Followers:
    """Those who follow one channel, and what is on its way to them."""

    __slots__ = ("channel", "clients", "delivered_at", "flushed", "messages", "pending", "speakers")

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.clients: Receivers = ()
        self.speakers: Receivers = ()
        """Those of them who published something, and don't want it back."""
        self.pending: list[bytes] | None = None
        self.messages = 0
        """Number of messages since the first follower came."""
        self.flushed = 0
        """How many of them were handed out."""
        self.delivered_at = 0.0


class Hub:
    """Who follows what."""

    def __init__(self) -> None:
        self._channels: dict[Channel, Followers] = {}
        self._pending: list[Followers] = []
        self.traffic = Traffic()

    def join(self, client: Receiver, channel: Channel, now: float) -> Followers:
        """From here on this client gets what comes, and nothing that came before: that is flushed first."""
        followers = self._channels.get(channel)
        if followers is None:
            followers = self._channels[channel] = Followers(channel)
        if followers.pending:
            self.flush(now)
        followers.clients = _with(followers.clients, client)
        return followers

    def leave(self, client: Receiver, channel: Channel) -> bool:
        """Whether this was the channel's last follower. Leaving twice does no harm."""
        followers = self._channels.get(channel)
        if followers is None:
            return False
        followers.clients = _without(followers.clients, client)
        followers.speakers = _without(followers.speakers, client)
        if followers.clients:
            return False
        del self._channels[channel]
        return True

    def spoke(self, client: Receiver, channel: Channel, message: bytes) -> None:
        """What is the same as this, which it said last, it does not get back (ws4redis's rule without `echo`)."""
        client.said = message_frame(message)
        if (followers := self._channels.get(channel)) and client in followers.clients:
            followers.speakers = _with(followers.speakers, client)

    def messages_of(self, channel: Channel) -> int:
        """How many have come since its first follower did."""
        followers = self._channels.get(channel)
        return 0 if followers is None else followers.messages

    def is_followed(self, channel: Channel) -> bool:
        """Whether it has a follower."""
        return channel in self._channels

    def dismiss(self, channel: Channel, close: Close) -> int:
        """Close all who follow this channel, with this code; how many they were."""
        followers = self._channels.get(channel)
        clients = tuple(followers.clients) if followers else ()
        for client in clients:
            client.close(close)
        return len(clients)

    def publish(self, channel: Channel, message: bytes) -> bool:
        """Put a message into this turn's batch. True where it is the turn's first: a flush is due."""
        return self._add(channel, message_frame(message), 1)

    def publish_chunk(self, channel: Channel, chunked: bytes) -> bool:
        """As `publish`, for all messages of a chunk."""
        return self._add(channel, chunk_frames(chunked), 1 + chunked.count(b"\n"))

    def _add(self, channel: Channel, frames: bytes, messages: int) -> bool:
        followers = self._channels.get(channel)
        if followers is None:
            return False
        is_first = not self._pending
        if followers.pending is None:
            followers.pending = []
            self._pending.append(followers)
        followers.pending.append(frames)
        followers.messages += messages
        return is_first

    def flush(self, now: float) -> None:
        """Write each channel's batch to each of its clients."""
        due, self._pending = self._pending, []
        for followers in due:
            frames, followers.pending = followers.pending or [], None
            followers.delivered_at = now
            batch = b"".join(frames)
            self.traffic.handed_out(followers.messages - followers.flushed, len(followers.clients), len(batch))
            followers.flushed = followers.messages
            # A copy: a client whose buffer is full leaves while it is written to.
            clients, speakers = tuple(followers.clients), tuple(followers.speakers)
            for client in set(clients).difference(speakers) if speakers else clients:
                client.deliver(batch)
            for client in speakers:
                if heard := b"".join(frame for frame in frames if frame != client.said):
                    client.deliver(heard)


def _with(clients: Receivers, client: Receiver) -> Receivers:
    if isinstance(clients, dict):
        clients[client] = None
        return clients
    if client in clients:
        return clients
    return (*clients, client) if len(clients) < FEW else dict.fromkeys((*clients, client))


def _without(clients: Receivers, client: Receiver) -> Receivers:
    if isinstance(clients, dict):
        clients.pop(client, None)
        return clients
    return tuple(other for other in clients if other is not client)
