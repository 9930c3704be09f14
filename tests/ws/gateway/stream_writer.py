"""Writes a channel's stream as a listener does: stream, head, kept message and PUBLISHes in one atomic step."""

from secrets import token_hex

import redis

from ws.wire.channels import Channel, head_key, stream_key
from ws.wire.message import chunk, numbered

PREFIX = "test"


class StreamWriter:
    """The pipeline's end, for one facility. Its first step begins an epoch."""

    def __init__(self, client: redis.Redis, facility: str) -> None:
        self._client = client
        self.channel = Channel(f"{PREFIX}:broadcast:{facility}")
        self.head = head_key(PREFIX, self.channel)
        self.stream = stream_key(PREFIX, self.channel)
        self.seq = 0
        self.epoch = ""

    def begin_epoch(self) -> bytes:
        """The announcement with which it begins."""
        self.epoch, self.seq = token_hex(8), 0
        return self._step(
            [b'{"status": "resync", "model": "order", "uuid": null, "epoch": "%s"}' % self.epoch.encode()]
        )[0]

    def append(self, number: int = 1, *, is_published: bool = True) -> list[str]:
        """A chunk of so many messages; their texts, with the seq."""
        if not self.epoch:
            self.begin_epoch()
        keys = range(self.seq + 1, self.seq + 1 + number)
        messages = [b'{"status": "updated", "model": "order", "uuid": "%d"}' % key for key in keys]
        return [message.decode() for message in self._step(messages, is_published=is_published)]

    def trim(self, number: int) -> None:
        """Keep so many entries."""
        self._client.xtrim(self.stream, maxlen=number, approximate=False)

    def _step(self, messages: list[bytes], *, is_published: bool = True) -> list[bytes]:
        made = numbered(messages, self.seq + 1)
        step = self._client.pipeline(transaction=True)
        if self.seq == 0:
            step.delete(self.stream)
        self.seq += len(made)
        step.xadd(self.stream, {"epoch": self.epoch, "messages": chunk(made)}, id=f"{self.seq}-0")
        step.hset(self.head, mapping={"epoch": self.epoch, "seq": self.seq, "owner": "1.1.1"})
        for message in made if is_published else ():
            step.publish(self.channel, message)
        step.set(self.channel, made[-1], ex=60)
        step.execute()
        return made
