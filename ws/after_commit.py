"""Publish when a transaction is committed, and never fail the write that it was, or delay it for long.

What could not be published is observed, in the logger `rowcast.publisher`.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from django.db import transaction
from redis.exceptions import RedisError

from ws.logs import log_to
from ws.observation import Observation
from ws.redis_pool import Command, pool
from ws.settings import load
from ws.wire.channels import Channel

SLOW_SECONDS = 1.0
PAUSE_SECONDS = 5.0
"""After a failure that took longer than SLOW_SECONDS Redis is left alone for so long: else every write would wait."""

observe = log_to("rowcast.publisher")


@dataclass(frozen=True, slots=True)
class NotPublished(Observation):
    """A message of a committed transaction has not reached Redis, or that is not known."""

    level: ClassVar[int] = logging.ERROR
    channels: tuple[Channel, ...]
    error: str

    def __str__(self) -> str:
        return f"a message for {', '.join(self.channels)} was not published: {self.error}"


@dataclass(frozen=True, slots=True)
class NobodyMeant(Observation):
    """The audience has no channel, as an anonymous user has none."""

    level: ClassVar[int] = logging.DEBUG

    def __str__(self) -> str:
        return "a message was for nobody"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it travels, where it goes, and for how long it is kept there; 0 or less: it is not."""

    channels: tuple[Channel, ...]
    message: bytes
    expire_seconds: int

    def send(self) -> None:
        """PUBLISH and SET, on all channels at one instant. Raises RedisError or OSError."""
        commands: list[Command] = []
        for channel in self.channels:
            commands.append(("PUBLISH", channel, self.message))
            if self.expire_seconds > 0:
                commands.append(("SET", channel, self.message, "EX", self.expire_seconds))
        if commands:
            pool.call(*commands)
        else:
            observe(NobodyMeant())


def letter(channels: Sequence[Channel], message: bytes, expire: int | None) -> Letter:
    """One that is kept for so many seconds; None: for WS4REDIS_EXPIRE."""
    return Letter(tuple(channels), message, load().expire_seconds if expire is None else expire)


class Postman:
    """Sends letters for those who cannot be told of a failure."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._paused_until = clock()

    def send(self, sent: Letter) -> None:
        """Now, or not at all."""
        began = self._clock()
        if began < self._paused_until and sent.channels:
            observe(NotPublished(sent.channels, f"Redis was silent less than {PAUSE_SECONDS:.0f} s ago"))
            return
        try:
            sent.send()
        except (RedisError, OSError) as error:
            if self._clock() - began > SLOW_SECONDS:
                self._paused_until = self._clock() + PAUSE_SECONDS
            observe(NotPublished(sent.channels, str(error) or type(error).__name__))


postman = Postman(time.monotonic)
"""This process's."""


def send_after_commit(sent: Letter, using: str | None) -> None:
    """When the transaction that is open on `using` is committed; now where none is.

    Raises TransactionManagementError where autocommit is off without `atomic`, as Django's `on_commit` does.
    """
    connection = transaction.get_connection(using)
    if connection.connection is None and not connection.in_atomic_block:
        postman.send(sent)  # on_commit would open a connection only to ask
    else:
        transaction.on_commit(partial(postman.send, sent), using=using, robust=True)
