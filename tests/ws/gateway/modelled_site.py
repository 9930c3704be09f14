"""A site of three users and two groups, its rows, a Redis that keeps messages, and browsers: rights come and go.

What runs between them is ours: from a row to its channels the listener's routes; from there to the browsers admission,
verdict, following and hub. Who may hear what is written down here once more, without a word of channels.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.ws.gateway.modelled_redis import Turns
from tests.ws.observed import Observed
from ws.gateway.admission import NOBODY, Admission, Standing, Visitor, admission
from ws.gateway.following import Following
from ws.gateway.hub import Followers
from ws.gateway.query import Wish
from ws.gateway.question import Answered, Command
from ws.gateway.standing import Narrowed, verdict
from ws.listener.audiences import Owners, Place
from ws.listener.batches import batches
from ws.listener.messages import rodan
from ws.listener.routes import Route, Routes, Split
from ws.listener.rows import Row
from ws.subscriber import RedisSubscriber
from ws.wire.channels import Channel, session_channel
from ws.wire.codes import Close

FACILITY = "sky"
WORDS = tuple(RedisSubscriber.subscription_channels)
USERS = ("ann", "bob", "cat")
GROUPS = ("schedulers", "guests")
NOTE, MEMO, PLAN, ROTA = "shop.note", "shop.memo", "shop.plan", "shop.rota"
KEYS = {str(number): user for number, user in enumerate(USERS, 5)}
"""Of users."""
ROWS = ((NOTE, "1"), (PLAN, "2"), (ROTA, "3"), *((MEMO, key) for key in KEYS))
"""Everybody's, two groups', and each user's own: a memo's key is its owner's."""
PLACE = Place(None, FACILITY)
ROUTES = Routes(
    [
        Route(NOTE, rodan(NOTE), PLACE.channel("broadcast")),
        Route(PLAN, rodan(PLAN), PLACE.channel(("group", "schedulers"))),
        Route(ROTA, rodan(ROTA), PLACE.channel(("group", "guests"))),
        Split(MEMO, rodan(MEMO, frozenset()), Owners(MEMO, '"owner_id"', PLACE, lambda _: None)),
    ],
    PLACE.channel("broadcast"),
)


def published(model: str, key: str) -> Mapping[Channel, Sequence[bytes]]:
    """What the listener makes of a change of this row."""
    carried = f'{{"owner_id": {key}}}' if model == MEMO else None
    row = Row(1, 1, "updated", model, key, None, None, carried, "2026-01-01 00:00:00+00")
    (batch,) = batches([row], ROUTES, 0, 0, KEYS)
    return batch.messages


def text_of(model: str, key: str) -> str:
    """Rodan's message of a changed row."""
    return f'{{"status": "updated", "model": "{model.partition(".")[2]}", "uuid": "{key}"}}'


class KeepingRedis:
    """Publishes, keeps the last message, and has no pipeline. It moves when it is told to."""

    def __init__(self) -> None:
        self.following: Following
        self._kept: dict[str, bytes] = {}
        self._subscribed: set[str] = set()
        self._sent: deque[Callable[[], None]] = deque()
        self._coming: deque[Callable[[], object]] = deque()

    def subscribe(self, channel: Channel) -> None:
        self._sent.append(lambda: self._subscribed.add(channel))

    def unsubscribe(self, channel: Channel) -> None:
        self._sent.append(lambda: self._subscribed.discard(channel))

    def ask(self, commands: Sequence[Command], answered: Answered) -> None:
        def execute() -> None:
            answers = [self._answer(command) for command in commands]
            self._coming.append(lambda: answered(answers))

        self._sent.append(execute)

    def publish(self, channel: Channel, message: bytes) -> None:
        self._kept[channel] = message
        if channel in self._subscribed:
            self._coming.append(lambda: self.following.message(channel, message))

    def execute(self) -> None:
        if self._sent:
            self._sent.popleft()()

    def deliver(self) -> None:
        if self._coming:
            self._coming.popleft()()

    @property
    def is_quiet(self) -> bool:
        return not (self._sent or self._coming)

    def settle(self) -> None:
        while not self.is_quiet:
            self.execute()
            self.deliver()

    def _answer(self, command: Command) -> Any:  # noqa: ANN401 - Redis's
        match command:
            case ("HMGET", *_):
                return [None, None]
            case ("GET", channel):
                return self._kept.get(str(channel))
        return None


class Browser:
    """A client. `allowed` is what it may hear by the last look at it."""

    def __init__(self, user: str | None, wish: Wish) -> None:
        self.user, self.wish = user, wish
        self.admission = Admission()
        self.follows: tuple[Followers, ...] = ()
        self.joining = 0
        self.said: bytes | None = None
        self.allowed: frozenset[str] = frozenset()
        self.heard: list[str] = []
        self.closed: Close | None = None
        self.leave: Callable[[], None]

    def deliver(self, frames: bytes) -> None:
        while frames:
            text, frames = frames[2 : 2 + frames[1]].decode(), frames[2 + frames[1] :]
            assert text in self.allowed, f"{self.user} heard {text}"
            assert self.closed is None
            self.heard.append(text)

    def beat(self, now: float) -> None: ...

    def close(self, close: Close) -> None:
        self.closed = close
        self.leave()


class Site:
    """Rights as the database has them, and the gateway."""

    def __init__(self) -> None:
        self.groups = {"ann": set(GROUPS), "bob": {"guests"}, "cat": set[str]()}
        self.known = set(USERS)
        self.redis, self.loop = KeepingRedis(), Turns()
        self.following = self.redis.following = Following(None, self.redis, Observed(), self.loop)
        self.browsers: list[Browser] = []

    def connect(self, user: str | None, words: Sequence[str]) -> Browser:
        browser = Browser(user, Wish(FACILITY, tuple(words)))
        browser.leave = lambda: self.following.leave(browser)
        browser.admission = self.admission(browser)
        browser.allowed = self.allowed(browser)
        self.browsers.append(browser)
        self.following.join(browser, browser.admission.follows)
        return browser

    def disconnect(self, number: int) -> None:
        if self.browsers:
            self.browsers.pop(number % len(self.browsers)).leave()

    def recheck(self) -> None:
        """As the gateway does every 2 s."""
        for browser in [it for it in self.browsers if it.closed is None and it.admission.standing.user]:
            found = verdict(browser.admission, self.admission(browser))
            if isinstance(found, Narrowed):
                browser.allowed &= self.allowed(browser)
                for channel in found.withdrawn:
                    self.following.withdraw(browser, channel)
            else:
                browser.allowed = frozenset()
                browser.close(found)

    def change(self, model: str, key: str) -> None:
        """A row."""
        for channel, messages in published(model, key).items():
            for message in messages:
                self.redis.publish(channel, message)

    def say(self, user: str) -> None:
        """To a session, as a view does."""
        self.redis.publish(session_channel(None, f"key of {user}", FACILITY), f"to {user}'s session".encode())

    def allowed(self, browser: Browser) -> frozenset[str]:
        """The texts that somebody may hear who asks with these words."""
        words, user = browser.wish.words, browser.user
        rows = {(NOTE, "1")} if "subscribe-broadcast" in words else set()
        texts = set()
        if user in self.known:
            if "subscribe-user" in words:
                rows |= {(MEMO, key) for key, owner in KEYS.items() if owner == user}
            if "subscribe-group" in words:
                rows |= {(PLAN, "2")} if "schedulers" in self.groups[user] else set()
                rows |= {(ROTA, "3")} if "guests" in self.groups[user] else set()
            texts = {f"to {user}'s session"} if "subscribe-session" in words else set()
        told = {
            f'{{"status": "updated", "model": "{model.partition(".")[2]}", "uuid": "{key}"}}' for model, key in rows
        }
        return frozenset(texts | told)

    def admission(self, browser: Browser) -> Admission:
        visitor = NOBODY
        if browser.user in self.known:
            key = f"key of {browser.user}"
            groups = tuple(sorted(self.groups[browser.user]))
            visitor = Visitor(browser.user, groups, key, Standing(key, browser.user))
        return admission(browser.wish, browser.wish.words, visitor, None)

    def settle(self) -> None:
        while not (self.redis.is_quiet and self.loop.is_quiet):
            self.redis.settle()
            self.loop.turn()
