"""A site of three users and two groups, a Redis that keeps messages, and browsers: rights come and go at any moment.

What runs between them is the gateway's own: admission, verdict, following and hub. A message's text is its channel.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from tests.ws.gateway.modelled_redis import Turns
from tests.ws.observed import Observed
from ws.gateway.admission import NOBODY, Admission, Standing, Visitor, admission
from ws.gateway.following import Following
from ws.gateway.hub import Followers
from ws.gateway.query import Wish
from ws.gateway.question import Answered, Command
from ws.gateway.standing import Narrowed, verdict
from ws.subscriber import RedisSubscriber
from ws.wire.channels import Channel
from ws.wire.codes import Close

FACILITY = "sky"
WORDS = tuple(RedisSubscriber.subscription_channels)
USERS = ("ann", "bob", "cat")
GROUPS = ("schedulers", "guests")
CHANNELS = tuple(
    Channel(f"{name}:{FACILITY}")
    for name in ("broadcast", *(f"user:{it}" for it in USERS), *(f"group:{it}" for it in GROUPS))
) + tuple(Channel(f"session:key of {user}:{FACILITY}") for user in USERS)


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

    def publish(self, channel: Channel) -> None:
        message = self._kept[channel] = channel.encode()
        if channel in self._subscribed:
            self._coming.append(lambda: self.following.message(channel, message))

    def execute(self) -> None:
        if self._sent:
            self._sent.popleft()()

    def deliver(self) -> None:
        if self._coming:
            self._coming.popleft()()

    def settle(self) -> None:
        while self._sent or self._coming:
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
    """A client. `allowed` is what it may have by the last look at it."""

    def __init__(self, user: str | None, wish: Wish) -> None:
        self.user, self.wish = user, wish
        self.admission = Admission()
        self.follows: dict[Channel, Followers] = {}
        self.joining = 0
        self.said: bytes | None = None
        self.allowed: frozenset[str] = frozenset()
        self.heard: list[str] = []
        self.closed: Close | None = None
        self.leave: Callable[[], None]

    def deliver(self, frames: bytes) -> None:
        while frames:
            channel, frames = frames[2 : 2 + frames[1]].decode(), frames[2 + frames[1] :]
            assert channel in self.allowed, f"{self.user} got a message of {channel}"
            assert self.closed is None
            self.heard.append(channel)

    def beat(self, now: float) -> None: ...

    def close(self, close: Close) -> None:
        self.closed = close
        self.leave()


class Site:
    """Rights as the database has them, and the gateway."""

    def __init__(self) -> None:
        self.groups: dict[str, set[str]] = {user: set() for user in USERS}
        self.known = set(USERS)
        self.redis, self.loop = KeepingRedis(), Turns()
        self.following = self.redis.following = Following(None, self.redis, Observed(), self.loop)
        self.browsers: list[Browser] = []

    def connect(self, user: str | None, words: Sequence[str]) -> Browser:
        browser = Browser(user, Wish(FACILITY, tuple(words)))
        browser.leave = lambda: self.following.leave(browser)
        browser.admission = self.admission(browser)
        browser.allowed = frozenset(browser.admission.follows)
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
                browser.allowed -= set(found.withdrawn)
                for channel in found.withdrawn:
                    self.following.withdraw(browser, channel)
            else:
                browser.allowed = frozenset()
                browser.close(found)

    def admission(self, browser: Browser) -> Admission:
        visitor = NOBODY
        if browser.user in self.known:
            key = f"key of {browser.user}"
            groups = tuple(sorted(self.groups[browser.user]))
            visitor = Visitor(browser.user, groups, key, Standing(key, browser.user))
        return admission(browser.wish, browser.wish.words, visitor, None)

    def settle(self) -> None:
        self.redis.settle()
        self.loop.turn()
