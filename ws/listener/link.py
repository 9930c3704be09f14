"""The listener's connection to Redis's master: made when it is first needed, and again after a failure.

Promise: who calls is told whether nothing was done, or whether that is not known. Nothing is tried twice by itself.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import redis
from redis.backoff import NoBackoff
from redis.connection import ConnectionInterface
from redis.exceptions import AskError, BusyLoadingError, RedisError, ResponseError
from redis.retry import Retry

from ws.redis_master import master
from ws.settings import WsSettings

ANSWER_SECONDS = 5.0

Word = bytes | str | int
Standing = Literal["asked", "answered"]
"""Who asked in vain, and has not asked again, has asked."""


class NotPublishedError(Exception):
    """Nothing of the batch was published; it may be sent again."""


class OutcomeUnknownError(Exception):
    """The connection broke before the answer: the batch may have been published."""


class Link:
    """One connection, for one thread. No client of redis-py's: that would try again by itself."""

    def __init__(self, settings: WsSettings, standing: Callable[[Standing], None] = lambda _: None) -> None:
        """`standing`: told how it is with Redis, whenever that changes."""
        self._settings = settings
        self._tell = standing
        self._connection: ConnectionInterface | None = None

    def connect(self) -> ConnectionInterface:
        """A connection that was alive a moment ago. Raises NotPublishedError."""
        if self._connection is not None and _is_alive(self._connection):
            return self._connection
        self.close()
        try:
            made = self._make_connection()
            made.connect()  # type: ignore[no-untyped-call]
        except (RedisError, OSError) as error:
            raise NotPublishedError(describe(error)) from error
        self._connection = made
        return made

    def call(self, *command: Word) -> Any:  # noqa: ANN401 - whatever Redis answers
        """The answer. Raises NotPublishedError, OutcomeUnknownError; then the next call finds the master anew."""
        return self.call_all([command])[0]

    def call_all(self, commands: Sequence[Sequence[Word]]) -> list[Any]:
        """The answers, as `call`; where one is an error, it is raised."""
        self._tell("asked")
        connection = self.connect()
        try:
            packed = connection.pack_commands(commands)  # type: ignore[no-untyped-call]
            connection.send_packed_command(packed, check_health=False)  # type: ignore[no-untyped-call]
            answers = [_answer(connection) for _ in commands]
        except BusyLoadingError as error:
            self.close()
            raise NotPublishedError(describe(error)) from error
        except (RedisError, OSError) as error:
            self.close()
            raise OutcomeUnknownError(describe(error)) from error
        self._tell("answered")
        for answer in answers:
            if isinstance(answer, ResponseError):
                self.close()
                raise NotPublishedError(describe(answer)) from answer
        return answers

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()  # type: ignore[no-untyped-call]

    def _make_connection(self) -> ConnectionInterface:
        client = redis.Redis(
            **{
                "socket_timeout": ANSWER_SECONDS,
                "socket_connect_timeout": ANSWER_SECONDS,
                **master(self._settings.connection, self._settings.prefix),
                "decode_responses": False,
                "health_check_interval": 0,
                "protocol": 2,
                "retry": Retry(NoBackoff(), 0),
            }
        )
        return client.connection_pool.make_connection()


def _is_alive(connection: ConnectionInterface) -> bool:
    """Nothing was asked, so what there is to read is its end, or an answer that came too late."""
    try:
        return not connection.can_read(timeout=0)
    except (RedisError, OSError):
        return False


def _answer(connection: ConnectionInterface) -> Any:  # noqa: ANN401 - whatever Redis answers
    try:
        return connection.read_response()
    except ResponseError as error:
        return error


def describe(error: BaseException) -> str:
    """An error's text, or its name where it has none."""
    if isinstance(error, AskError):  # redis-py keeps slot and address alone
        return f"the hash slot is elsewhere now: {error}"
    return str(error) or type(error).__name__
