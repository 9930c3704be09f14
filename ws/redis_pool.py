"""Redis's master for code that may wait, such as a view: connections that the threads of a process share.

Commands in, answers out, in one round trip. Promise: nothing is tried again that may have been done. After a fork the
child makes connections of its own (redis-py's pool looks at the pid), and no lock of ours is ever held.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.connection import ConnectionInterface
from redis.exceptions import (
    AskError,
    ClusterDownError,
    MasterDownError,
    MovedError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.retry import Retry

from ws.redis_master import master
from ws.settings import WsSettings, load

ANSWER_SECONDS = 2.0
"""A Redis that is silent for longer fails the call; WS4REDIS_CONNECTION's `socket_timeout` says otherwise."""

ELSEWHERE = (AskError, ClusterDownError, MasterDownError, MovedError, ReadOnlyError)
"""Nothing was done: another server is, or will be, the master."""

Word = bytes | str | int
Command = Sequence[Word]


@dataclass(frozen=True, slots=True)
class _Found:
    """A master, and the settings by which it was found."""

    connection: Mapping[str, Any]
    prefix: str | None
    client: redis.Redis


class MasterPool:
    """Finds the master when it is first needed, and again after a failure or when the settings are others."""

    def __init__(self, settings: Callable[[], WsSettings]) -> None:
        self._settings = settings
        self._found: _Found | None = None

    def call(self, *commands: Command) -> list[Any]:
        """The answers; several commands are done all, at one instant, or none.

        Raises RedisError or OSError. Where that is for a lost connection or no answer, they may have been done.
        """
        answers = self._exchange(commands)
        if any(isinstance(answer, ELSEWHERE) for answer in answers):
            self._forget()
            answers = self._exchange(commands)
        for answer in answers:
            if isinstance(answer, ResponseError):
                raise answer
        return answers

    def _exchange(self, commands: Sequence[Command]) -> list[Any]:
        """The answers, of which some may be errors."""
        found, connection = self._connect()
        try:
            return _ask(connection, commands)
        except BaseException:  # an answer that comes late must not be the next one's
            connection.disconnect()  # type: ignore[no-untyped-call]
            self._forget()
            raise
        finally:
            found.client.connection_pool.release(connection)  # type: ignore[arg-type] # it is from there

    def _connect(self) -> tuple[_Found, ConnectionInterface]:
        """A connection to the master that is known, if it is still there, else to the one that is found now."""
        found = self._known()
        if found is not None:
            try:
                return found, found.client.connection_pool.get_connection()
            except (RedisError, OSError):
                self._forget()
        found = self._find()
        connection = found.client.connection_pool.get_connection()
        self._found = found
        return found, connection

    def _known(self) -> _Found | None:
        found, settings = self._found, self._settings()
        if found is not None and (found.connection, found.prefix) != (settings.connection, settings.prefix):
            self._forget()
            return None
        return found

    def _find(self) -> _Found:
        settings = self._settings()
        client = redis.Redis(
            **{
                "socket_timeout": ANSWER_SECONDS,
                "socket_connect_timeout": ANSWER_SECONDS,
                **master(settings.connection, settings.prefix),
                "decode_responses": False,
                "protocol": 2,
                "retry": Retry(NoBackoff(), 0),
            }
        )
        return _Found(settings.connection, settings.prefix, client)

    def _forget(self) -> None:
        """Connections that other threads use stay until these have given them back."""
        found, self._found = self._found, None
        if found is not None:
            found.client.connection_pool.disconnect(inuse_connections=False)


def _ask(connection: ConnectionInterface, commands: Sequence[Command]) -> list[Any]:
    whole = commands if len(commands) == 1 else [("MULTI",), *commands, ("EXEC",)]
    connection.send_packed_command(connection.pack_commands(whole), check_health=False)  # type: ignore[no-untyped-call]
    answers = [_answer(connection) for _ in whole]
    refused = any(isinstance(answer, ResponseError) for answer in answers)
    return answers if refused or len(commands) == 1 else list(answers[-1])


def _answer(connection: ConnectionInterface) -> Any:  # noqa: ANN401 - whatever Redis answers
    try:
        return connection.read_response()
    except ResponseError as error:
        return error


pool = MasterPool(load)
"""This process's."""
