"""Other people's triggers on a watched table: what the log has of them, and what the check says (PROTOCOL.md, D8)."""

from collections.abc import Callable

import pytest

from tests.triggers.conftest import run
from tests.triggers.test_checks import ours
from triggers.earlier_triggers import could_write

pytestmark = pytest.mark.django_db

COUNTS = "UPDATE shop_counter SET value = value + 1 WHERE id = NEW.id"
FIRED_BY_INSERT = "AFTER INSERT ON shop_counter FOR EACH ROW"
Trigger = Callable[..., None]


@pytest.fixture
def trigger() -> Trigger:
    """Makes a trigger whose function runs one statement."""

    def make(statement: str, fired: str = FIRED_BY_INSERT, *, name: str = "theirs", kind: str = "TRIGGER") -> None:
        body = f"BEGIN {statement}; RETURN NULL; END"
        run(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$")
        run(f"CREATE {kind} {name} {fired} EXECUTE FUNCTION {name}()")

    return make


def logged_after(statement: str) -> list[str]:
    """The statuses that it leaves in the log, at the end of its transaction."""
    (last,) = run("SELECT coalesce(max(id), 0) FROM rowcast_log")
    run(statement)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    return run("SELECT status FROM rowcast_log WHERE id > %s ORDER BY id", last)


def warnings() -> list[str]:
    return [message.msg for message in ours(databases=["default"]) if message.id == "triggers.W006"]


INSERT = "INSERT INTO shop_counter (id, value) VALUES (1, 0)"


def test_a_row_trigger_that_writes_to_its_table_is_logged_first_and_warned_of(trigger: Trigger) -> None:
    trigger(COUNTS)
    assert logged_after(INSERT) == ["updated", "created"]
    warned = [message.partition(",")[0] for message in warnings()]
    assert warned == ["Trigger theirs on public.shop_counter calls theirs"]


def test_a_row_that_a_trigger_brings_back_seems_deleted_and_is_warned_of(trigger: Trigger) -> None:
    trigger("INSERT INTO shop_counter VALUES (OLD.*)", "AFTER DELETE ON shop_counter FOR EACH ROW")
    run(INSERT)
    assert logged_after("DELETE FROM shop_counter") == ["created", "deleted"]
    assert len(warnings()) == 1


def test_a_statement_trigger_whose_name_comes_before_ours_is_logged_first_and_warned_of(trigger: Trigger) -> None:
    trigger("UPDATE shop_counter SET value = 1", "AFTER INSERT ON shop_counter", name="before_rowcast")
    assert logged_after(INSERT) == ["updated", "created"]
    assert len(warnings()) == 1


def test_a_statement_trigger_whose_name_comes_after_ours_is_as_it_should_be(trigger: Trigger) -> None:
    trigger("UPDATE shop_counter SET value = 1", "AFTER INSERT ON shop_counter")
    assert logged_after(INSERT) == ["created", "updated"]
    assert warnings() == []


def test_a_deferred_trigger_is_as_it_should_be(trigger: Trigger) -> None:
    deferred = "AFTER INSERT ON shop_counter DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    trigger(COUNTS, deferred, kind="CONSTRAINT TRIGGER")
    assert logged_after(INSERT) == ["created", "updated"]
    assert warnings() == []


def test_a_trigger_that_changes_the_row_before_it_is_written_is_as_it_should_be() -> None:
    run(
        "CREATE FUNCTION theirs() RETURNS trigger LANGUAGE plpgsql"
        " AS $$BEGIN UPDATE shop_counter SET value = 5 WHERE false; NEW.value := 1; RETURN NEW; END$$"
    )
    run("CREATE TRIGGER theirs BEFORE INSERT ON shop_counter FOR EACH ROW EXECUTE FUNCTION theirs()")
    assert logged_after(INSERT) == ["created"]
    assert warnings() == []


def test_a_disabled_trigger_is_not_warned_of(trigger: Trigger) -> None:
    trigger(COUNTS)
    run("ALTER TABLE shop_counter DISABLE TRIGGER theirs")
    assert warnings() == []


def test_a_trigger_on_a_table_that_nobody_watches_is_not_warned_of(trigger: Trigger) -> None:
    run("CREATE TABLE unwatched (id bigint)")
    trigger("UPDATE unwatched SET id = 1", "AFTER INSERT ON unwatched FOR EACH ROW")
    assert warnings() == []


@pytest.mark.parametrize(
    "source",
    [
        "UPDATE shop_order SET a = 1",
        "update\n  only Public.Shop_Order set a = 1",
        'DELETE FROM "shop"."shop_order";',
        "INSERT INTO shop_order(a) VALUES (1)",
        "MERGE INTO shop_order USING b ON true WHEN MATCHED THEN DELETE",
        "UPDATE /* this one */ shop_order SET a = 1",
        "EXECUTE format('UPDATE %I SET a = 1', TG_TABLE_NAME)",
        "EXECUTE 'UPDATE ' || 'shop_order' || ' SET a = 1'",
    ],
)
def test_text_that_could_write_is_found(source: str) -> None:
    assert could_write(source, ["shop_order"])


@pytest.mark.parametrize(
    "source",
    [
        "INSERT INTO shop_order_audit SELECT * FROM shop_order",
        "UPDATE old_shop_order SET a = 1",
        "-- UPDATE shop_order SET a = 1\nNULL",
        "SELECT count(*) INTO n FROM shop_order",
        "INSERT INTO audit (name) VALUES (TG_TABLE_NAME)",
        "EXECUTE 'NOTIFY x'",
        "suppress_redundant_updates_trigger",
    ],
)
def test_text_that_reads_or_writes_elsewhere_is_not(source: str) -> None:
    assert not could_write(source, ["shop_order"])


def test_a_name_with_quotes_is_found_as_it_is_written() -> None:
    assert could_write('UPDATE "we""ird" SET a = 1', ['we"ird'])
