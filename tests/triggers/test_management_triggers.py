"""`manage.py triggers`, as the shell sees it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from psycopg2 import sql
from pytest_django import Settings

from tests.triggers.conftest import Configure, ReversibleStatement, our_functions, our_triggers, run
from triggers.install import remove


def said(action: str, **options: object) -> str:
    out = StringIO()
    call_command("triggers", action, stdout=out, no_color=True, **options)
    return out.getvalue()


def lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


@pytest.mark.django_db
def test_list_names_every_trigger_with_its_table_and_state() -> None:
    listed = said("list")
    assert len(lines(listed)) == len(our_triggers()) + 1
    assert ["public.shop_counter", "rowcast_insert", "installed"] in lines(listed)


@pytest.mark.django_db
def test_list_tells_what_is_missing_and_disabled() -> None:
    # Pitfall 25
    run("DROP TRIGGER rowcast_insert ON shop_counter")
    run("ALTER TABLE shop_counter DISABLE TRIGGER rowcast_update")
    listed = lines(said("list"))
    assert ["public.shop_counter", "rowcast_insert", "missing"] in listed
    assert ["public.shop_counter", "rowcast_update", "disabled"] in listed


def test_list_says_so_when_nothing_is_watched(configure: Configure) -> None:
    configure(WATCH=[])
    assert said("list").startswith("No table is watched")


@pytest.mark.django_db
def test_check_is_content_when_all_is_installed() -> None:
    assert said("check").startswith(f"All {len(our_triggers())} triggers are installed.\n")


@pytest.mark.parametrize("action", ["list", "check"])
def test_what_anonymous_visitors_can_follow_is_said(configure: Configure, action: str) -> None:
    configure(
        WATCH=[
            "project.Project",
            {"model": "project.Observation", "facility": "sky"},
            {"model": "shop.Order", "facility": "sky"},
            {"model": "shop.Counter", "audience": {"group": "cooks"}},
            {"model": "shop.Letter", "audience": {"owner": "writer"}},
            {"model": "shop.Slug", "audience": "tests.shop.telling.readers"},
        ]
    )
    assert said(action).splitlines()[-2:] == [
        "Anonymous visitors can follow: rodan (project.project, shop.slug where tests.shop.telling.readers says so).",
        "Anonymous visitors can follow: sky (project.observation, shop.order).",
    ]


def test_what_anonymous_visitors_can_follow_is_said_to_be_nothing(configure: Configure) -> None:
    configure(WATCH=[{"model": "shop.Counter", "audience": {"group": "cooks"}}])
    assert said("list").splitlines()[-1] == "Anonymous visitors can follow: nothing."


def test_under_notify_everything_is_followed_on_one_facility(configure: Configure) -> None:
    configure(WATCH=[{"model": "shop.Counter", "facility": "kitchen"}], DELIVERY="notify")
    assert said("list").splitlines()[-1] == "Anonymous visitors can follow: rodan (shop.counter)."


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["DROP TRIGGER rowcast_insert ON shop_counter", "ALTER TABLE shop_counter DISABLE TRIGGER rowcast_insert"]
)
def test_check_fails_with_status_1_when_anything_differs(change: str) -> None:
    run(change)
    with pytest.raises(CommandError, match=r"^1 of \d+ triggers are not as wanted") as raised:
        said("check")
    assert raised.value.returncode == 1


@pytest.mark.django_db
def test_check_lists_only_what_differs() -> None:
    run("DROP TRIGGER rowcast_insert ON shop_counter")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("triggers", "check", stdout=out, no_color=True)
    assert lines(out.getvalue()) == [["public.shop_counter", "rowcast_insert", "missing"]]


@pytest.mark.parametrize("action", ["list", "check", "sql"])
def test_a_table_without_its_key_fails_the_command(
    configure: Configure, alter: ReversibleStatement, action: str
) -> None:
    # Pitfall 26
    configure()
    rename = "ALTER TABLE shop_slug RENAME COLUMN {} TO {}"
    alter(rename.format("text", "body"), rename.format("body", "text"))
    with pytest.raises(CommandError):
        said(action)


def test_the_printed_sql_installs_the_triggers(configure: Configure) -> None:
    configure()
    before, text = set(our_triggers()), said("sql")
    remove(connection)
    run(text)
    assert set(our_triggers()) == before
    assert configure().made == []


@pytest.mark.django_db
def test_the_printed_sql_leaves_nobody_a_right_to_our_functions() -> None:
    # Pitfall 36: what a database administrator runs by hand is as safe as what migrate runs.
    text = said("sql")
    for function in our_functions():
        run(sql.SQL("DROP FUNCTION {} CASCADE").format(sql.Identifier(function)).as_string(connection.connection))
    run(text)
    public = "SELECT proname FROM pg_proc WHERE proname = ANY (%s) AND has_function_privilege('public', oid, 'EXECUTE')"
    assert run(public, list(our_functions())) == []


def test_sql_changes_nothing(configure: Configure) -> None:
    configure()
    remove(connection)
    said("sql")
    assert our_triggers() == {}


def test_remove_says_how_many_it_removed(configure: Configure) -> None:
    configure()
    number = len(our_triggers())
    triggers, log = said("remove").splitlines()
    assert triggers.startswith(f"{number} triggers removed.")
    assert log == "The change log public.rowcast_log is dropped, with what was not published."
    assert our_triggers() == {}


@pytest.mark.django_db
def test_remove_works_when_a_name_cannot_be_watched(settings: Settings) -> None:
    settings.TRIGGERS = {"WATCH": ["nowhere"]}
    with transaction.atomic():
        said("remove")
        assert our_triggers() == {}
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["list", "check", "sql"])
def test_a_name_that_cannot_be_watched_fails_the_command_with_its_hint(settings: Settings, action: str) -> None:
    settings.TRIGGERS = {"WATCH": ["nowhere"]}
    with pytest.raises(CommandError, match=r"'nowhere'.* Installed are: "):
        said(action)


def test_an_unknown_database_fails_the_command_with_the_known_ones() -> None:
    with pytest.raises(CommandError, match="no database 'nowhere' in DATABASES; there are: default"):
        said("list", database="nowhere")


def test_an_unknown_action_fails_the_command() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'dance'"):
        call_command("triggers", "dance")
