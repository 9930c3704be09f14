"""Publish from Python: ws4redis's `RedisPublisher`, at once; and `publish`, after the commit.

Promise of `publish`: nothing is published of a transaction that is rolled back, and a Redis that fails never fails the
write that the message tells of.
"""

from typing import Unpack

from django.http import HttpRequest

from ws.after_commit import letter, send_after_commit
from ws.audiences import SELF, AudienceName, AudienceWords, audience_of, own_channels
from ws.redis_message import RedisMessage, refuse_number, written
from ws.redis_pool import pool
from ws.settings import load

__all__ = ["SELF", "RedisMessage", "RedisPublisher", "publish"]


class RedisPublisher:
    """ws4redis's.

    The audience: `broadcast=True`; `groups`, `users` and `sessions`, each a list of names, objects, or SELF, which is
    the request's own. Raises TypeError or ValueError for an audience that cannot be meant.
    """

    def __init__(
        self, request: HttpRequest | None = None, facility: str | None = None, **words: Unpack[AudienceWords]
    ) -> None:
        if facility is None and words:
            raise TypeError("The facility is missing: RedisPublisher(facility=…, …).")
        self._channels = audience_of(**words).channels(load().prefix, facility or "", request)

    def publish_message(self, message: RedisMessage | None, expire: int | None = None) -> None:
        """Publish at once, and keep as the last message for so many seconds.

        `expire`: None for WS4REDIS_EXPIRE; 0 or less: not kept. Raises ValueError for what is no RedisMessage, as the
        heartbeat is none; RedisError or OSError where Redis fails.
        """
        if not isinstance(message, RedisMessage):
            raise ValueError(f"The message is {message!r}; expected a RedisMessage.")  # noqa: TRY004 - ws4redis's
        refuse_number(message)
        letter(self._channels, message, expire).send()

    def fetch_message(self, request: HttpRequest | None, facility: str, audience: AudienceName = "any") -> bytes | None:
        """The kept message of the first channel of the request's that has one: session, user, groups, broadcast."""
        channels = own_channels(load().prefix, facility, request, audience)
        kept: list[bytes | None] = pool.call(("MGET", *channels))[0] if channels else []
        return next(filter(None, kept), None)


def publish(
    facility: str,
    message: object,
    *,
    using: str | None = None,
    at_once: bool = False,
    **words: Unpack[AudienceWords],
) -> None:
    """Publish when the transaction that is open on `using` is committed; now where none is open.

    The message: text, bytes, or what Django can write as JSON. The audience: as RedisPublisher's; everybody, where none
    is named (an empty list names nobody). Raises TypeError or ValueError for what cannot be published.
    `at_once`: now, and raising RedisError or OSError, which otherwise are observed.
    """
    meant = audience_of(**words) if words else audience_of(broadcast=True)
    sent = letter(meant.channels(load().prefix, facility, None), written(message), None)
    if at_once:
        sent.send()
    else:
        send_after_commit(sent, using)
