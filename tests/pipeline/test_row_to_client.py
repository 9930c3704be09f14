"""From a committed row to a raw client, through trigger, listener, Redis and gateway."""

import json
from contextlib import ExitStack, closing
from uuid import UUID, uuid4

import pytest
import redis
from websockets.sync.client import ClientConnection

from tests.pipeline.conftest import HEARTBEAT, MESSAGE_SECONDS, Pipeline, next_message, next_text
from tests.processes import Process

MANY = 5_000


def make_project(pipeline: Pipeline, name: str = "Sky survey") -> UUID:
    """A row, written as psql would."""
    key = uuid4()
    pipeline.execute("INSERT INTO project_project (id, name) VALUES (%s, %s)", str(key), name)
    return key


def heard_project(pipeline: Pipeline, client: ClientConnection) -> UUID:
    """A row whose message has reached this client, so that the next one is another's."""
    key = make_project(pipeline)
    assert next_message(client) == {"status": "created", "model": "project", "uuid": key.hex}
    return key


def test_insert_update_and_delete_arrive_in_rodans_words_and_order(pipeline: Pipeline) -> None:
    """Compatibility R1, R3."""
    with pipeline.client() as client:
        key = make_project(pipeline)
        pipeline.execute("UPDATE project_project SET status = 'scheduled' WHERE id = %s", str(key))
        pipeline.execute("DELETE FROM project_project WHERE id = %s", str(key))
        texts = [next_text(client) for _ in range(3)]
        first = json.loads(texts[0])["seq"]
        assert texts == [
            f'{{"status": "created", "model": "project", "uuid": "{key.hex}", "seq": {first}}}',
            f'{{"status": "updated", "model": "project", "uuid": "{key.hex}", "seq": {first + 1}}}',
            f'{{"status": "deleted", "model": "project", "uuid": "{key.hex}", "seq": {first + 2}}}',
        ]


def test_a_row_of_a_project_tells_it(pipeline: Pipeline) -> None:
    """Compatibility R2, R3."""
    with pipeline.client() as client:
        project = heard_project(pipeline, client)
        key = uuid4()
        pipeline.execute(
            "INSERT INTO project_schedulingunit (id, project_id, name) VALUES (%s, %s, 'Night')", str(key), str(project)
        )
        told = {"status": "created", "model": "schedulingunit", "uuid": key.hex, "project": str(project)}
        message = next_message(client)
        assert (message, list(message)) == (told, list(told))


def test_a_queryset_update_arrives(pipeline: Pipeline) -> None:
    with pipeline.client() as client:
        key = heard_project(pipeline, client)
        code = f"from project.models import Project; Project.objects.filter(id='{key}').update(status='observing')"
        shell = Process.manage("shell", "--no-imports", "-c", code, environment=pipeline.environment)
        assert shell.wait() == 0, shell.output
        assert next_message(client) == {"status": "updated", "model": "project", "uuid": key.hex}


def test_a_rolled_back_change_is_never_seen(pipeline: Pipeline) -> None:
    """Compatibility R8."""
    with pipeline.client() as client:
        key = heard_project(pipeline, client)
        database = pipeline.database()
        database.autocommit = False
        with database.cursor() as cursor:
            cursor.execute("UPDATE project_project SET name = 'never' WHERE id = %s", [str(key)])
        database.rollback()
        pipeline.execute("DELETE FROM project_project WHERE id = %s", str(key))
        assert next_message(client)["status"] == "deleted"


def test_five_thousand_rows_of_one_statement_arrive_in_order_without_later_traffic(pipeline: Pipeline) -> None:
    """Compatibility R12."""
    with pipeline.client() as client, closing(pipeline.database()) as database, database.cursor() as cursor:
        cursor.execute("INSERT INTO project_project (name) SELECT 'bulk ' || n FROM generate_series(1, %s) n", [MANY])
        created = [next_message(client) for _ in range(MANY)]
        cursor.execute("UPDATE project_project SET status = 'scheduled' WHERE name LIKE 'bulk %' RETURNING id")
        written = [UUID(str(key)).hex for (key,) in cursor.fetchall()]
        updated = [next_message(client) for _ in range(MANY)]
    assert {message["status"] for message in created} == {"created"}
    assert {message["status"] for message in updated} == {"updated"}
    assert [message["uuid"] for message in updated] == written


@pytest.mark.parametrize("count", [5, MANY])
def test_messages_of_one_pipeline_arrive_all_and_in_order_without_later_traffic(pipeline: Pipeline, count: int) -> None:
    """Compatibility F6."""
    with pipeline.client() as client, redis.Redis.from_url(pipeline.environment["REDIS_URL"]) as publisher:
        commands = publisher.pipeline(transaction=False)
        for number in range(count):
            commands.publish("rodan:broadcast:rodan", f"message {number}")
        commands.execute()
        assert [next_text(client) for _ in range(count)] == [f"message {number}" for number in range(count)]


def test_every_client_gets_every_message(pipeline: Pipeline) -> None:
    with ExitStack() as connected:
        clients = [connected.enter_context(pipeline.client()) for _ in range(20)]
        keys = [make_project(pipeline).hex for _ in range(10)]
        for client in clients:
            assert [next_message(client)["uuid"] for _ in keys] == keys


def test_the_kept_last_message_comes_first_then_a_heartbeat_then_one_after_idling(pipeline: Pipeline) -> None:
    """Compatibility L5, B2, B3."""
    with pipeline.client() as earlier:
        key = make_project(pipeline)
        next_message(earlier)
    with pipeline.connect() as client:
        texts = [client.recv(MESSAGE_SECONDS) for _ in range(3)]
    assert json.loads(texts[0])["uuid"] == key.hex
    assert texts[1:] == [HEARTBEAT, HEARTBEAT]


def test_messages_of_other_facilities_stay_away(pipeline: Pipeline) -> None:
    with pipeline.client() as client, redis.Redis.from_url(pipeline.environment["REDIS_URL"]) as publisher:
        publisher.publish("rodan:broadcast:other", "not for you")
        publisher.publish("rodan:broadcast:rodan", "for you")
        assert next_text(client) == "for you"


def test_no_word_is_a_connection_that_gets_heartbeats_only(pipeline: Pipeline) -> None:
    """Compatibility U15."""
    with pipeline.connect(words="") as client:
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
        make_project(pipeline)
        assert client.recv(MESSAGE_SECONDS) == HEARTBEAT
