"""The rights that the deployment page gives to the listener's user are all that it needs."""

import re
from dataclasses import replace

import pytest
import redis

from project.development.valkey import Valkey
from project.environment import CHECKOUT
from tests.ws.listener.conftest import MakeStep, SettingsFor
from tests.ws.listener.steps import EPOCH, OTHER_EPOCH, RESYNC, messages
from ws.listener.heads import Source
from ws.listener.link import NotPublishedError
from ws.listener.outlet import Outlet
from ws.wire.channels import Channel

PAGE = (CHECKOUT / "docs" / "deployment.md").read_text(encoding="utf-8")
RULES = re.findall(r"(?m)^ACL SETUSER listener (.*)$", PAGE)[0].split()
RIGHTS = [rule for rule in RULES if rule.startswith("+")]
CHANNEL = Channel("rodan:broadcast:rodan")
PASSING = Channel("rodan:user:ann:rodan")


@pytest.fixture
def all_of_it(own_redis: Valkey, make_step: MakeStep, settings_for: SettingsFor, source: Source) -> "AllOfIt":
    return AllOfIt(own_redis, make_step, settings_for, source)


class AllOfIt:
    """Everything that a listener does in Redis, as a user with these rights."""

    def __init__(self, server: Valkey, make_step: MakeStep, settings_for: SettingsFor, source: Source) -> None:
        self._server, self._make_step, self._settings_for, self._source = server, make_step, settings_for, source

    def __call__(self, rules: list[str]) -> None:
        with redis.Redis.from_url(self._server.url) as owner:
            owner.flushall()
            owner.script_flush()
            owner.execute_command("ACL", "SETUSER", "listener", "reset", *rules)
        url = f"redis://listener:secret@127.0.0.1:{self._server.port}/1"
        step = self._make_step(url, prefix="rodan")
        step.load([CHANNEL])
        step.begin(None, "one", {CHANNEL: EPOCH}, {CHANNEL: [RESYNC]})
        step.publish("one", "two", {CHANNEL: messages(2)})
        step.confirm("two")
        step.publish("two", "two", {PASSING: messages(1)}, {PASSING: EPOCH})
        assert step.passing(self._source.owner) == [PASSING]
        assert step.followed() == []
        step.hold_lease("pid 1")
        assert step.lease() == "pid 1"
        other = self._make_step(url, prefix="rodan", of=replace(self._source, log_oid=self._source.log_oid + 1))
        other.load([CHANNEL])
        other.begin(None, "three", {CHANNEL: OTHER_EPOCH}, {}, adopt=True)
        Outlet(replace(self._settings_for(url), prefix="rodan"), CHANNEL).publish([b"as in notify mode"])


def test_the_rights_of_the_page_are_enough(all_of_it: AllOfIt) -> None:
    all_of_it(RULES)


@pytest.mark.parametrize("right", RIGHTS)
def test_none_of_the_rights_is_for_nothing(all_of_it: AllOfIt, right: str) -> None:
    with pytest.raises(NotPublishedError):
        all_of_it([rule for rule in RULES if rule != right])


def test_another_prefix_is_out_of_reach(own_redis: Valkey, all_of_it: AllOfIt, make_step: MakeStep) -> None:
    all_of_it(RULES)
    step = make_step(f"redis://listener:secret@127.0.0.1:{own_redis.port}/0", prefix="another")
    with pytest.raises(NotPublishedError):
        step.load([Channel("another:broadcast:rodan")])
