"""From a row to the channel in Redis of those for whom it is, and to no other."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
from websockets.frames import Close as CloseData
from websockets.sync.client import ClientConnection, connect

from tests.pipeline.conftest import HEARTBEAT, MESSAGE_SECONDS, Pipeline, next_message
from tests.pipeline.test_start_errors import settings_module
from tests.processes import Process
from tests.ws.gateway.test_server import close_of
from ws.wire.channels import Channel, head_key, stream_key
from ws.wire.codes import MISSED

GROUP, BROADCAST, ANN = "rodan:group:schedulers:rodan", "rodan:broadcast:rodan", "rodan:user:ann:rodan"
BOB = Channel("rodan:user:bob:rodan")
SETTINGS = """
TRIGGERS = {
    **TRIGGERS,
    "WATCH": [
        "project.Project",
        {"model": "project.Observation", "audience": {"group": "schedulers"}, "message": "tmss", "carry": ["target"]},
        {"model": "admin.LogEntry", "audience": {"owner": "user"}},
    ],
}
"""
NEW_USER = (
    "INSERT INTO auth_user (username, password, is_superuser, first_name, last_name, email, is_staff, is_active,"
    " date_joined) VALUES ('ann', '', false, '', '', '', false, true, now())"
)
NEW_ENTRY = (
    "INSERT INTO django_admin_log (action_time, object_repr, action_flag, change_message, user_id)"
    " SELECT now(), 'an entry', 1, '', id FROM auth_user WHERE username = %s"
)
SIGN_IN = """
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
bob, session = User.objects.create_user("bob"), SessionStore()
session["_auth_user_id"], session["_auth_user_hash"] = str(bob.pk), bob.get_session_auth_hash()
session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
session.save()
print(f"signed in: {session.session_key}")
"""


class Ear:
    """Hears what is published on these channels."""

    def __init__(self, client: redis.Redis) -> None:
        self._subscription = client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        self._subscription.subscribe(GROUP, BROADCAST, ANN)
        for _ in range(3):
            self._subscription.get_message(timeout=MESSAGE_SECONDS)

    def next(self) -> tuple[str, dict[str, object]]:
        """Channel and message, without its number."""
        found = self._subscription.get_message(timeout=MESSAGE_SECONDS)
        assert found is not None, "nothing was published in time"
        message = json.loads(found["data"])
        del message["seq"]
        return found["channel"].decode(), message


@pytest.fixture(scope="module")
def private(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """A listener of rows that are not for everybody."""
    odd = {**environment, **settings_module(tmp_path_factory, SETTINGS)}
    with Process.manage("migrate", environment=odd) as migrate:
        assert migrate.wait() == 0, migrate.output
    assert "Anonymous visitors can follow: rodan (project.project)." in migrate.output
    with Process.manage("runlistener", environment=odd) as listener:
        listener.wait_for("leading:")
        yield Pipeline(odd, listener, listener, "")


@pytest.fixture
def ear(private: Pipeline) -> Iterator[Ear]:
    with redis.Redis.from_url(private.environment["REDIS_URL"]) as client:
        yield Ear(client)


def test_a_groups_rows_are_told_to_the_group_and_not_to_everybody(private: Pipeline, ear: Ear) -> None:
    private.execute("INSERT INTO project_observation (target) VALUES ('M 31')")
    private.execute("INSERT INTO project_project (name) VALUES ('Sky survey')")
    (first, observation), (second, project) = ear.next(), ear.next()
    assert (first, observation["object_type"], observation["action"]) == (GROUP, "observation", "create")
    assert (second, project["model"]) == (BROADCAST, "project")


def test_a_users_rows_are_told_to_the_user_alone(private: Pipeline, ear: Ear) -> None:
    private.execute(NEW_USER)
    for _ in range(2):
        private.execute(NEW_ENTRY, "ann")
    private.execute("INSERT INTO project_project (name) VALUES ('Sky survey')")
    heard = [ear.next() for _ in range(4)]
    assert [(channel, message["status"]) for channel, message in heard] == [
        (ANN, "resync"),
        (ANN, "created"),
        (ANN, "created"),
        (BROADCAST, "created"),
    ]
    assert heard[1][1].keys() == {"status", "model", "uuid"}


@pytest.fixture
def gateway(private: Pipeline) -> Iterator[str]:
    """Where it answers."""
    with Process.manage("rungateway", "--bind", "127.0.0.1:0", environment=private.environment) as started:
        yield started.wait_for("ready at").partition("ready at ")[2].partition(",")[0]


@pytest.fixture(scope="module")
def session(private: Pipeline) -> str:
    """Of a user, by its key."""
    with Process.manage("shell", "--no-imports", "-c", SIGN_IN, environment=private.environment) as shell:
        return shell.wait_for("signed in").partition(": ")[2]


@contextmanager
def following(gateway: str, session: str = "") -> Iterator[ClientConnection]:
    """Who may follow everything that is theirs, after the first heartbeat."""
    cookie = {"Cookie": f"sessionid={session}"} if session else {}
    words = "subscribe-broadcast&subscribe-group&subscribe-user"
    with connect(f"{gateway}rodan?{words}", proxy=None, additional_headers=cookie) as client:
        while client.recv(MESSAGE_SECONDS) != HEARTBEAT:
            pass
        yield client


def test_a_browser_gets_the_users_rows_and_a_strangers_does_not(private: Pipeline, gateway: str, session: str) -> None:
    with following(gateway, session) as bob, following(gateway) as stranger:
        private.execute(NEW_ENTRY, "bob")
        assert [next_message(bob)["status"] for _ in range(2)] == ["resync", "created"]
        private.execute(NEW_ENTRY, "bob")
        assert next_message(bob)["model"] == "logentry"
        private.execute("INSERT INTO project_project (name) VALUES ('Sky survey')")
        assert next_message(bob)["model"] == next_message(stranger)["model"] == "project"


def test_who_follows_a_channel_that_redis_forgot_is_told_to_refetch(
    private: Pipeline, gateway: str, session: str
) -> None:
    with redis.Redis.from_url(private.environment["REDIS_URL"]) as server, following(gateway, session) as bob:
        private.execute(NEW_ENTRY, "bob")
        while next_message(bob)["status"] != "created":
            pass
        server.delete(head_key("rodan", BOB), stream_key("rodan", BOB))
        assert close_of(bob) == CloseData(MISSED.code, MISSED.reason)
