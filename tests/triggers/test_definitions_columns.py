"""The triggers' SQL and columns: types without an equality, columns that migrations change, and very long keys."""

from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, models

from project.models import Project, SchedulingUnit
from tests.shop.models import Slug
from tests.triggers.conftest import Configure, ReversibleStatement, only_by_notifications, only_by_the_log, run
from tests.triggers.ears import Ear

BYTES_AT_MOST = 7999
ROW = UUID(int=1)


@pytest.fixture
def foreign(alter: ReversibleStatement, configure: Configure) -> None:
    """A watched table of the test's own: `shop.Foreign`'s."""
    alter("CREATE TABLE shop_foreign (id uuid PRIMARY KEY, n int)", "DROP TABLE shop_foreign")
    configure(WATCH=["project", "shop", "shop.Foreign"])
    run("INSERT INTO shop_foreign VALUES (%s, 1)", ROW)


class Altered(models.Model):
    """What a migration believes of `shop_foreign`."""

    id = models.UUIDField(primary_key=True)
    n = models.IntegerField(null=True)

    class Meta:
        app_label = "none"
        managed = False
        db_table = "shop_foreign"

    def __str__(self) -> str:
        return str(self.id)


def field(kind: "models.Field[Any, Any]", name: str = "n") -> "models.Field[Any, Any]":
    kind.set_attributes_from_name(name)
    kind.model = Altered
    return kind


def a_change_is_told_and_no_change_is_not(ear: Ear, assignment: str) -> bool:
    ear.payloads()
    run(f"UPDATE shop_foreign SET {assignment}")
    run(f"UPDATE shop_foreign SET {assignment}")
    return [(message["status"], message["uuid"]) for message in ear.messages()] == [("updated", ROW.hex)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("json", "'{\"a\": 1}'"),
        ("point", "'(1,2)'"),
        ("jsonb", "'[1]'"),
        ("text[]", "'{a}'"),
        ("numeric", "1.50"),
    ],
)
def test_a_column_may_be_of_a_type_without_equality(ear: Ear, foreign: None, kind: str, value: str) -> None:  # noqa: ARG001
    # Pitfall 19
    run(f"ALTER TABLE shop_foreign ADD COLUMN odd {kind}")
    assert a_change_is_told_and_no_change_is_not(ear, f"odd = {value}")


def test_a_long_value_that_is_stored_apart_is_compared_by_its_text(ear: Ear, foreign: None) -> None:  # noqa: ARG001
    run("ALTER TABLE shop_foreign ADD COLUMN long text")
    assert a_change_is_told_and_no_change_is_not(
        ear, "long = (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 1000) AS i)"
    )


def test_a_generated_column_hinders_nobody(ear: Ear, foreign: None) -> None:  # noqa: ARG001
    run("ALTER TABLE shop_foreign ADD COLUMN twice int GENERATED ALWAYS AS (n * 2) STORED")
    assert a_change_is_told_and_no_change_is_not(ear, "n = 7")


def test_a_migration_may_change_a_columns_type(ear: Ear, foreign: None) -> None:  # noqa: ARG001
    # Pitfall 20: in one session, between two writes, as a data migration does.
    assert a_change_is_told_and_no_change_is_not(ear, "n = 2")
    with connection.schema_editor() as editor:
        editor.alter_field(Altered, field(models.IntegerField(null=True)), field(models.TextField(null=True)))
    assert a_change_is_told_and_no_change_is_not(ear, "n = 'three'")


def test_a_migration_may_remove_a_column(ear: Ear, foreign: None) -> None:  # noqa: ARG001
    # Pitfall 20
    run("ALTER TABLE shop_foreign ADD COLUMN other text")
    assert a_change_is_told_and_no_change_is_not(ear, "n = 2")
    with connection.schema_editor() as editor:
        editor.remove_field(Altered, field(models.IntegerField()))
    assert a_change_is_told_and_no_change_is_not(ear, "other = 'x'")


def test_a_migration_may_add_a_column(ear: Ear, foreign: None) -> None:  # noqa: ARG001
    # Pitfall 20
    assert a_change_is_told_and_no_change_is_not(ear, "n = 2")
    with connection.schema_editor() as editor:
        editor.add_field(Altered, field(models.TextField(null=True), "added"))
    assert a_change_is_told_and_no_change_is_not(ear, "added = 'x'")


def test_a_migration_may_rename_a_column(ear: Ear, foreign: None) -> None:  # noqa: ARG001
    # Pitfall 20
    assert a_change_is_told_and_no_change_is_not(ear, "n = 2")
    run("ALTER TABLE shop_foreign RENAME COLUMN n TO m")
    assert a_change_is_told_and_no_change_is_not(ear, "m = 3")


def test_a_migration_may_change_the_keys_type(ear: Ear, foreign: None) -> None:  # noqa: ARG001
    # Pitfall 20
    assert a_change_is_told_and_no_change_is_not(ear, "n = 2")
    run("ALTER TABLE shop_foreign ALTER COLUMN id TYPE text")
    assert a_change_is_told_and_no_change_is_not(ear, "n = 3")


@pytest.mark.parametrize("column", ["project_id", "id"])
def test_a_migration_may_write_after_it_renamed_a_column_that_messages_tell(
    ear: Ear, alter: ReversibleStatement, column: str
) -> None:
    # Pitfall 20, 26: RenameField, then RunPython, in one migrate, whose hook comes after both.
    SchedulingUnit.objects.create(project=Project.objects.create(name="Sky survey"), name="Night one")
    ear.payloads()
    rename = "ALTER TABLE project_schedulingunit RENAME COLUMN {} TO {}"
    alter(rename.format(column, "renamed"), rename.format("renamed", column))
    run("UPDATE project_schedulingunit SET name = 'Night two'")
    assert ear.statuses() == ["updated"]


def test_a_renamed_tables_triggers_go_on_and_are_renewed_by_the_hook(ear: Ear, foreign: None) -> None:  # noqa: ARG001
    # Pitfall 20
    run("ALTER TABLE shop_foreign RENAME TO shop_renamed")
    run("UPDATE shop_renamed SET n = 2")
    run("ALTER TABLE shop_renamed RENAME TO shop_foreign")
    call_command("migrate", verbosity=0)
    assert a_change_is_told_and_no_change_is_not(ear, "n = 3")


@only_by_notifications
@pytest.mark.parametrize("character", ["x", "é", "€", '"', "\n"])
def test_the_longest_message_that_notify_carries_is_told_whole(ear: Ear, character: str) -> None:
    # Pitfall 41: in bytes, as JSON writes the character.
    written = {'"': 2, "\n": 2}.get(character, len(character.encode()))
    room = BYTES_AT_MOST - len('{"status": "created", "model": "slug", "uuid": ""}')
    key = character * (room // written) + "x" * (room % written)
    Slug.objects.create(text=key)
    (payload,) = ear.payloads()
    assert key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") in payload
    assert len(payload.encode()) == BYTES_AT_MOST


@only_by_notifications
@pytest.mark.parametrize("character", ["x", "é", "€", '"', "\n"])
def test_a_longer_message_is_told_without_its_key_and_the_writer_goes_on(ear: Ear, character: str) -> None:
    # Pitfall 41
    written = {'"': 2, "\n": 2}.get(character, len(character.encode()))
    room = BYTES_AT_MOST - len('{"status": "created", "model": "slug", "uuid": ""}')
    Slug.objects.create(text=character * (room // written) + "x" * (room % written + 1))
    assert ear.payloads() == ['{"status": "created", "model": "slug", "uuid": null}']


@only_by_notifications
def test_a_long_keys_update_and_delete_are_told_too(ear: Ear) -> None:
    # Pitfall 41
    Slug.objects.create(text="€" * 5000)
    Slug.objects.create(text="short")
    ear.payloads()
    run("UPDATE shop_slug SET text = text || '!'")
    run("DELETE FROM shop_slug")
    heard = [(message["status"], message["uuid"]) for message in ear.messages()]
    assert heard == [("updated", None), ("updated", "short!"), ("deleted", None), ("deleted", "short!")]


@only_by_the_log
@pytest.mark.parametrize("character", ["x", "€", '"', "\n"])
def test_the_log_tells_a_key_of_any_length(ear: Ear, character: str) -> None:
    # Pitfall 41
    Slug.objects.create(text=character * 2000)
    run("UPDATE shop_slug SET text = text || '!'")
    Slug.objects.bulk_create([Slug(text=character * 2001), Slug(text=character * 2002)])
    assert [message["uuid"] for message in ear.messages()] == [
        character * 2000,
        character * 2000 + "!",
        character * 2001,
        character * 2002,
    ]


def test_a_key_of_null_tells_a_message_without_it(ear: Ear, foreign: None) -> None:  # noqa: ARG001
    # Pitfall 39: a table that migrate does not manage may have no primary key.
    ear.payloads()
    run("ALTER TABLE shop_foreign DROP CONSTRAINT shop_foreign_pkey, ALTER COLUMN id DROP NOT NULL")
    run("INSERT INTO shop_foreign (id) VALUES (NULL)")
    assert ear.payloads() == ['{"status": "created", "model": "foreign", "uuid": null}']
