"""The triggers' SQL with names that need quoting, that are words of ours, or that PostgreSQL would cut."""

import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.shop.models import LongName, Weird
from tests.triggers.conftest import Configure, ReversibleStatement, our_functions, our_triggers, run
from tests.triggers.ears import Ear
from triggers.catalog import find_tables
from triggers.definitions import definitions, function_name
from triggers.facts import Operation, Table
from triggers.occasion import Surroundings
from triggers.settings import TriggersSettings
from triggers.tellings import Telling
from triggers.watches import Watch

OUR_WORDS = [
    *("changed", "message", "messages", "image", "position", "before", "after", "old_rows", "new_rows"),
    *("row_number", "octet_length", "to_json", "pg_notify", "replace", "text", "gone", "told"),
]
PLPGSQLS_WORDS = ["new", "old", "found", "tg_op", "tg_argv", "select", "perform", "begin", "end", "null", "user"]

WARMING_WRITES, WRITES = 300, 1500
BYTES_OF_A_SESSION = 512 * 1024

names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=63).filter(
    lambda name: len(name.encode()) <= 63
)
"""Whatever PostgreSQL takes as a name."""


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def write_and_roll_back(table_name: str, key: str, column: str) -> None:
    """Makes a table with these names and our triggers, and an INSERT, an UPDATE and a DELETE of a row in it."""
    table = quoted(table_name)
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"CREATE TABLE {table} ({quoted(key)} uuid, {quoted(column)} int)")
        (found,) = find_tables(connection, table)
        telling = Telling(Watch(model=LongName, key_column=key, has_project=False))
        for definition in definitions(
            found, [telling], Surroundings({}, "", []), TriggersSettings(delivery="notify"), connection.connection
        ):
            for statement in (*definition.function_sql, *definition.trigger_sql):
                cursor.execute(statement)
        cursor.execute(f"INSERT INTO {table} VALUES ('{uuid4()}', 1)")
        cursor.execute(f"UPDATE {table} SET {quoted(column)} = 2")
        cursor.execute(f"DELETE FROM {table}")
        cursor.execute("ROLLBACK")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("word", [*OUR_WORDS, *PLPGSQLS_WORDS])
def test_a_column_may_be_called_as_a_word_of_our_sql(word: str) -> None:
    # Pitfall 34
    write_and_roll_back("ordinary", key=word, column="n")
    write_and_roll_back("ordinary", key="id", column=word)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("word", [*OUR_WORDS, *PLPGSQLS_WORDS])
def test_a_table_may_be_called_as_a_word_of_our_sql(word: str) -> None:
    # Pitfall 34
    write_and_roll_back(word, key="id", column="n")


@pytest.mark.django_db(transaction=True)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=names, key=names, column=names)
def test_any_name_that_postgresql_takes_is_a_name_for_us(table: str, key: str, column: str) -> None:
    # Pitfall 33, 34
    write_and_roll_back(table, key, column if column != key else column[:-1] + ("x" if column[-1] != "x" else "y"))


def test_a_table_and_columns_with_quotes_and_words_of_ours_are_told(ear: Ear) -> None:
    """PITFALLS 33, 34, A12: the table is called `we"ird'; DROP TABLE item; --`."""
    weird = Weird.objects.create()
    Weird.objects.update(position=1, size=2)
    Weird.objects.update(position=1, size=2)
    weird.delete()
    assert ear.statuses() == ["created", "updated", "deleted"]


def test_a_session_that_writes_to_it_on_and_on_keeps_nothing_of_that(ear: Ear) -> None:
    """PITFALLS A12: its memory, in PostgreSQL."""
    Weird.objects.create()

    def written(times: int) -> int:
        for position in range(1, times + 1):
            Weird.objects.update(position=position, size=times)
        status = Path(f"/proc/{connection.connection.info.backend_pid}/status").read_text("ascii")
        (kilobytes,) = re.findall(r"RssAnon:\s*(\d+) kB", status)
        return int(kilobytes) * 1024

    before = written(WARMING_WRITES)
    assert written(WRITES) - before < BYTES_OF_A_SESSION
    assert ear.statuses() == ["created", *["updated"] * (WARMING_WRITES + WRITES)]


def test_a_quoted_key_column_tells_the_key(ear: Ear) -> None:
    # Pitfall 33
    weird = Weird.objects.create()
    assert [message["uuid"] for message in ear.messages()] == [weird.pk.hex]


def test_a_table_whose_name_is_as_long_as_may_be_is_told(ear: Ear) -> None:
    # Pitfall 33
    assert len(LongName._meta.db_table.encode()) == 63
    row = LongName.objects.create()
    assert [message["uuid"] for message in ear.messages()] == [row.pk.hex]


def test_a_functions_name_is_never_so_long_that_postgresql_cuts_it() -> None:
    # Pitfall 33
    table = Table(oid=1, schema="s" * 63, name="ü" * 31, kind="r", columns={}, writable_columns=[])
    assert all(len(function_name(table, operation).encode()) <= 63 for operation in Operation)


def test_tables_whose_names_begin_alike_have_functions_of_their_own() -> None:
    # Pitfall 33
    tables = [
        Table(1, schema, name, "r", {}, [])
        for schema, name in [("s", "t" * 63), ("s", "t" * 62 + "u"), ("t", "t" * 63)]
    ]
    assert len({function_name(table, Operation.INSERT) for table in tables}) == 3


def test_a_column_called_as_a_placeholder_hinders_neither_install_nor_writers(
    ear: Ear, configure: Configure, alter: ReversibleStatement
) -> None:
    # Pitfall 33: `%s` in a statement's text is Django's sign for a parameter.
    alter('CREATE TABLE shop_foreign ("%s" int DEFAULT 0, id uuid)', "DROP TABLE shop_foreign")
    assert len(configure(WATCH=["project", "shop", "shop.Foreign"]).made) == 4
    run("INSERT INTO shop_foreign (id) VALUES (%s)", UUID(int=1))
    run('UPDATE shop_foreign SET "%s" = 1')
    assert ear.statuses() == ["created", "updated"]


def test_a_table_in_another_schema_is_told(ear: Ear, alter: ReversibleStatement, configure: Configure) -> None:
    # Pitfall 33: Django's way to name a schema is db_table = 'schema"."table'.
    alter('CREATE SCHEMA "else""where"', 'DROP SCHEMA "else""where" CASCADE')
    run('CREATE TABLE "else""where".item (id uuid PRIMARY KEY)')
    configure(WATCH=["project", "shop", "shop.Elsewhere"])
    run('INSERT INTO "else""where".item VALUES (%s)', UUID(int=1))
    assert [(message["model"], message["uuid"]) for message in ear.messages()] == [("elsewhere", UUID(int=1).hex)]


@pytest.mark.django_db
def test_each_table_has_four_triggers_with_four_functions_of_their_own() -> None:
    assert len(our_triggers("shop_counter")) == 4
    assert len(our_functions()) == len(our_triggers())
