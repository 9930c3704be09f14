"""Publishes as a listener does: stream, head, kept message and PUBLISHes in one atomic step, so many times a second."""

import threading
import time
from secrets import token_hex
from typing import Self

import redis

from stress.restarts.tape import FIRST_SEQ, message
from ws.wire.channels import Channel, broadcast_channel, head_key, stream_key
from ws.wire.message import chunk, numbered

PREFIX = "rodan"
"""The reference site's."""
CHUNKS_KEPT = 400
KEPT_SECONDS = 60


class Writer:
    """In a thread, from the start of the block to its end. Raises RedisError where Redis is not there."""

    def __init__(self, url: str, facility: str, rate: int, steps: int) -> None:
        self._client = redis.Redis.from_url(url)
        self._channel: Channel = broadcast_channel(PREFIX, facility)
        self._epoch = token_hex(8)
        self._rate = rate
        self._steps = steps
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.seq = 0
        """Of what was published last."""

    def __enter__(self) -> Self:
        announced = b'{"status": "resync", "model": "observation", "uuid": null, "epoch": "%s"}' % self._epoch.encode()
        self._client.delete(stream_key(PREFIX, self._channel))
        self._step(numbered([announced], 1))
        self._step([message(FIRST_SEQ)])
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._client.close()

    def stop(self) -> None:
        """When nothing more comes."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        started, first = time.monotonic(), self.seq
        while not self._stop.wait(1 / self._steps):
            due = first + int((time.monotonic() - started) * self._rate)
            if due > self.seq:
                self._step([message(seq) for seq in range(self.seq + 1, due + 1)])

    def _step(self, messages: list[bytes]) -> None:
        last = self.seq + len(messages)
        step = self._client.pipeline(transaction=True)
        step.xadd(
            stream_key(PREFIX, self._channel),
            {"epoch": self._epoch, "messages": chunk(messages)},
            id=f"{last}-0",
            maxlen=CHUNKS_KEPT,
        )
        step.hset(head_key(PREFIX, self._channel), mapping={"epoch": self._epoch, "seq": last, "owner": "1.1.1"})
        for each in messages:
            step.publish(self._channel, each)
        step.set(self._channel, messages[-1], ex=KEPT_SECONDS)
        step.execute()
        self.seq = last
