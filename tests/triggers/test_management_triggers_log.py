"""`manage.py triggers log`, as the shell sees it."""

from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from project.models import Project, SchedulingUnit
from tests.shop.models import Counter, Order, Slug
from tests.triggers.conftest import Configure, run
from tests.triggers.test_management_triggers import said
from triggers.canary import canary_sql
from triggers.install import remove
from triggers.settings import load

EMPTY_LOG = "DELETE FROM rowcast_log"


@pytest.mark.django_db
def test_log_shows_a_change_with_id_time_transaction_status_model_and_key() -> None:
    run(EMPTY_LOG)
    Counter.objects.create(pk=7)
    ((number, at, xid),) = run(
        "SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), xid::text FROM rowcast_log"
    )
    (line,) = said("log").splitlines()
    assert line.startswith(f"{number}  {at}.")
    assert line.split("  ")[2:] == [xid, "created", "shop.counter", "7"]


@pytest.mark.django_db
def test_log_does_not_show_what_a_listener_writes_itself() -> None:
    run(EMPTY_LOG)
    Counter.objects.create(pk=7)
    with connection.cursor() as cursor:
        cursor.execute(canary_sql(load()).as_string(cursor.connection), {"key": "1"})
    assert len(said("log").splitlines()) == 1


@pytest.mark.django_db
def test_log_shows_the_newest_changes_the_newest_last() -> None:
    for key in range(1, 30):
        Counter.objects.create(pk=key)
    assert [line.split()[-1] for line in said("log").splitlines()] == [str(key) for key in range(10, 30)]
    assert [line.split()[-1] for line in said("log", limit=2).splitlines()] == ["28", "29"]


@pytest.mark.django_db
def test_log_shows_how_many_keys_a_row_has_and_two_of_them() -> None:
    Order.objects.bulk_create(Order(pk=UUID(int=key), name=str(key)) for key in range(1, 4))
    Counter.objects.bulk_create(Counter(pk=key) for key in range(1, 4))
    assert [line.split("  ")[5] for line in said("log", limit=2).splitlines()] == [
        f"3 keys ({UUID(int=1).hex} … {UUID(int=3).hex})",
        "3 keys (1 … 3)",
    ]


@pytest.mark.django_db
def test_log_shows_what_a_row_carries_but_not_all_of_it_for_many_keys() -> None:
    project = Project.objects.create(name="Sky survey")
    SchedulingUnit.objects.create(project=project, name="one")
    assert said("log", limit=1).strip().endswith(f'{{"project_id" : "{project.pk}"}}')
    SchedulingUnit.objects.bulk_create(SchedulingUnit(project=project, name=str(key)) for key in range(9))
    line = said("log", limit=1).strip()
    assert line.endswith("…")
    assert len(line) < 300


@pytest.mark.django_db
def test_log_keeps_a_key_of_several_lines_on_one() -> None:
    Slug.objects.create(text="two\nlines\x1b[0m")
    assert said("log", limit=1).strip().endswith(r"'two\nlines\x1b[0m'")


@pytest.mark.django_db
def test_log_says_where_a_change_names_no_row() -> None:
    run("TRUNCATE shop_slug")
    assert said("log", limit=1).split("  ")[3:] == ["resync", "shop.slug", "every row\n"]


@pytest.mark.django_db
def test_log_says_so_where_it_is_empty() -> None:
    run(EMPTY_LOG)
    assert said("log") == "The change log is empty.\n"


def test_log_says_that_notify_writes_none(configure: Configure) -> None:
    configure(DELIVERY="notify")
    with pytest.raises(CommandError, match=r"There is no change log: TRIGGERS\['DELIVERY'\] is \"notify\""):
        said("log")


def test_log_names_the_remedy_where_nothing_was_migrated(configure: Configure) -> None:
    configure()
    remove(connection)
    with pytest.raises(CommandError, match=r"python manage\.py migrate --database default makes it"):
        said("log")


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_log_takes_a_limit_from_1_on(limit: str) -> None:
    with pytest.raises(CommandError, match=f"{limit}"):
        call_command("triggers", "log", f"--limit={limit}")
