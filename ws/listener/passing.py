"""Passing channels, which only a change names: users', and those that a function of the site's names.

Such a channel begins with its first message, and is forgotten a day after its last. What is promised of the others
holds there too: whoever follows it gets every message, or is told to refetch.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice

from ws.listener.heads import Held
from ws.listener.routes import Routes
from ws.listener.step import RefusedError, Starts, Step
from ws.wire.channels import Channel

ANNOUNCED_AT_ONCE = 200

Messages = Mapping[Channel, Sequence[bytes]]


class Passing:
    """Of one owner. Raises what a step raises; another owner's channel is refused (PROTOCOL.md, C6)."""

    def __init__(self, step: Step, routes: Routes, owner: str, new_epoch: Callable[[], str]) -> None:
        self._step = step
        self._routes = routes
        self._known = frozenset(routes.channels)
        self._owner = owner
        self._new_epoch = new_epoch

    def started(self, messages: Messages) -> tuple[Messages, Starts]:
        """These, and what an epoch begins with where one begins by them; and the start of each passing channel.

        Nothing is remembered: Redis is asked each time, so it does not matter what it has forgotten.
        """
        channels = messages.keys() - self._known
        if not channels:
            return messages, {}
        starts, begun = self._starts(self._step.look(channels), channels), dict(messages)
        for channel, start in starts.items():
            if isinstance(start, str):
                begun[channel] = [*self._routes.announcements(channel, start), *messages[channel]]
        return begun, starts

    def announce(
        self,
        expected: str | None,
        may_reach: Callable[[Channel], bool],
        beat: Callable[[], None],
        formers: Collection[str] = (),
    ) -> int:
        """Begin each of them anew that may be reached so, with a word to refetch; how many they were.

        Those that had a message within a day, and those that anybody follows now: who has had none yet, or not for
        long, may be missing the very first. In parts, before the cursor is stored that stands for it: what is done
        twice does no harm. `formers`: whose channels are taken over.
        """
        owners = (self._owner, *formers)
        followed = frozenset(filter(self._routes.may_name, self._step.followed()))
        names = followed.union(*map(self._step.passing, owners))
        every, count = filter(may_reach, names - self._known), 0
        while some := list(islice(every, ANNOUNCED_AT_ONCE)):
            found = {**dict.fromkeys(followed.intersection(some), ""), **self._owned(self._step.look(some), some)}
            found = {channel: owner for channel, owner in found.items() if owner in {"", *owners}}
            epochs = {channel: self._new_epoch() for channel in found}
            announcements = {channel: self._routes.announcements(channel, epoch) for channel, epoch in epochs.items()}
            if found:
                self._step.announce(expected, epochs, announcements, found)
            count += len(found)
            beat()
        return count

    def _starts(self, held: Held, channels: Collection[Channel]) -> Starts:
        for head in held.heads.values():
            if head.owner != self._owner:
                raise RefusedError("owner", head.owner)
        return {
            channel: held.heads[channel] if channel in held.heads and channel not in held.torn else self._new_epoch()
            for channel in channels
        }

    def _owned(self, held: Held, channels: Collection[Channel]) -> Mapping[Channel, str]:
        """Whose those are that Redis has anything of; "": the head is gone, which says it."""
        found = {channel: held.heads[channel].owner for channel in channels if channel in held.heads}
        return {**dict.fromkeys(held.torn, ""), **found}
