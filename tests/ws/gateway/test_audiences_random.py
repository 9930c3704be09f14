"""Whatever comes between what, nobody hears what they may not; and whoever may, does."""

import os
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.ws.gateway.modelled_site import GROUPS, ROWS, USERS, WORDS, Site

TRIALS = int(os.environ.get("TRIALS", "2000"))

Step = tuple[str, Any, Any]

a_user = st.sampled_from(USERS)
steps = st.one_of(
    st.tuples(st.just("connect"), st.sampled_from([*USERS, None]), st.lists(st.sampled_from(WORDS), unique=True)),
    st.tuples(st.just("disconnect"), st.integers(0, 9), st.none()),
    st.sampled_from([("change", *row) for row in ROWS]),
    st.tuples(st.just("say"), a_user, st.none()),
    st.tuples(st.sampled_from(["enter", "exit"]), a_user, st.sampled_from(GROUPS)),
    st.tuples(st.sampled_from(["forget", "know"]), a_user, st.none()),
    st.tuples(st.sampled_from(["recheck", "execute", "deliver", "turn"]), st.none(), st.none()),
)


def take(site: Site, step: Step) -> None:
    """One thing that happens."""
    what, one, two = step
    steps: dict[str, Callable[[], object]] = {
        "connect": lambda: site.connect(one, two),
        "disconnect": lambda: site.disconnect(one),
        "change": lambda: site.change(one, two),
        "say": lambda: site.say(one),
        "enter": lambda: site.groups[one].add(two),
        "exit": lambda: site.groups[one].discard(two),
        "forget": lambda: site.known.discard(one),
        "know": lambda: site.known.add(one),
        "recheck": site.recheck,
        "execute": site.redis.execute,
        "deliver": site.redis.deliver,
        "turn": site.loop.turn,
    }
    steps[what]()


JOINED = [("connect", "ann", ["subscribe-group"]), ("execute", None, None), ("deliver", None, None)]
LEFT = [("exit", "ann", "guests"), ("recheck", None, None)]


@given(st.lists(steps, max_size=40))
@example([("change", *ROWS[2]), JOINED[0], *LEFT])
@example([*JOINED * 3, ("change", *ROWS[2]), ("deliver", None, None), *LEFT])
@example([("connect", "ann", ["subscribe-broadcast", "subscribe-group"]), *JOINED[1:] * 6, *LEFT])
@settings(max_examples=TRIALS, deadline=None)
def test_nobody_hears_what_they_may_not_and_whoever_may_hears_all_of_it(happened: Sequence[Step]) -> None:
    """The first half is asserted by each browser at each message that it gets, a kept one too."""
    site = Site()
    for step in happened:
        take(site, step)
    site.settle()
    site.recheck()
    before = {id(browser): len(browser.heard) for browser in site.browsers}
    for row in ROWS:
        site.change(*row)
    for user in USERS:
        site.say(user)
    site.settle()
    for browser in site.browsers:
        told = set(browser.heard[before[id(browser)] :])
        assert told == (set() if browser.closed else set(browser.allowed))
