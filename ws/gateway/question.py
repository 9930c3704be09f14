"""What Redis is asked about a channel, and what its answers say. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ws.gateway.position import NOWHERE, Entry, Position
from ws.wire.channels import Channel, head_key, stream_key

CHUNKS_AT_ONCE = 4
"""Of up to 500 messages each: so much is handed out in one turn of the loop."""

PUBLISH_AND_KEEP = b"""
redis.call('PUBLISH', KEYS[1], ARGV[1])
if tonumber(ARGV[2]) > 0 then
    redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
end
"""
"""No MULTI: before Redis 7.2 what it publishes to its own connection is pushed into the middle of EXEC's answer, which
nobody can read then (redis/redis#12326)."""

Command = tuple[str | bytes, ...]
Answers = Sequence[Any] | None
"""To commands that were asked together, an exception where one was refused; None: all were."""
Answered = Callable[[Answers], int]
"""What to do with the answers; and how many messages that handed out."""


def shown(command: Command) -> str:
    """For the log, without what somebody said."""
    return " ".join(part for part in command if isinstance(part, str))


def joining(prefix: str | None, channel: Channel) -> list[Command]:
    """The head, and the kept message that belongs to it."""
    return [_head(prefix, channel), ("GET", channel)]


def beginning(prefix: str | None, channel: Channel) -> list[Command]:
    """The same, for the first who joins; and between them what shows whether we may read the stream: of its end."""
    head, kept = joining(prefix, channel)
    return [head, ("XREAD", "STREAMS", stream_key(prefix, channel), "$"), kept]


def reading(prefix: str | None, channel: Channel, position: Position) -> list[Command]:
    """The head, and the first entries of the stream above this position."""
    return [_head(prefix, channel), *glancing(prefix, channel, position)]


def glancing(prefix: str | None, channel: Channel, position: Position) -> list[Command]:
    """Those entries alone: a quarter of the work, and mostly enough."""
    stream = ("STREAMS", stream_key(prefix, channel), f"{position.seq}-0")
    return [("XREAD", "COUNT", str(CHUNKS_AT_ONCE), *stream)]


def publishing(channel: Channel, message: bytes, expire_seconds: int) -> Command:
    """To all who follow, and kept for those who will, at one instant and in ws4redis's order."""
    return ("EVAL", PUBLISH_AND_KEEP, "1", channel, message, str(expire_seconds))


def head_of(answer: Sequence[Any]) -> Position:
    """The head, or NOWHERE, where there is none that a listener wrote."""
    epoch, seq = answer
    return Position(epoch, int(seq)) if epoch and seq and seq.isdigit() and len(seq) < 20 else NOWHERE


def entries_of(answer: Mapping[bytes, Any] | None) -> list[Entry]:
    """The chunks of the one stream that was read; what no listener wrote is passed over."""
    found = []
    for entries in (answer or {}).values():
        for name, fields in entries:
            named = dict(zip(fields[::2], fields[1::2], strict=True))
            epoch, chunked = named.get(b"epoch"), named.get(b"messages")
            last, _, rest = name.partition(b"-")
            if rest == b"0" and epoch is not None and chunked is not None:
                found.append(Entry(epoch, int(last), chunked))
    return found


def _head(prefix: str | None, channel: Channel) -> Command:
    return ("HMGET", head_key(prefix, channel), "epoch", "seq")
