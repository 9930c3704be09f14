"""TRUNCATE, which names no rows: every page that shows the table must look again."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.shop.models import Barge, Counter, Port
from tests.triggers.conftest import Configure, our_triggers, run
from tests.triggers.ears import Ear

RESYNC = '{"status": "resync", "model": "counter", "uuid": null}'


def resynced(ear: Ear) -> list[str]:
    """The models that are told to look again, sorted; nothing else is told."""
    messages = ear.messages()
    assert {message["status"] for message in messages} <= {"resync"}
    assert all(message["uuid"] is None for message in messages)
    return sorted(message["model"] for message in messages)


def test_truncate_tells_that_everything_is_to_be_looked_at_again(ear: Ear) -> None:
    # Pitfall 23
    run("TRUNCATE shop_counter")
    assert ear.payloads() == [RESYNC]


def test_truncate_of_an_empty_table_and_with_restart_identity_tells_once(ear: Ear) -> None:
    # Pitfall 23
    Counter.objects.create()
    ear.payloads()
    run("TRUNCATE shop_counter RESTART IDENTITY")
    assert ear.payloads() == [RESYNC]


def test_truncate_cascade_tells_of_every_table_that_it_reaches(ear: Ear) -> None:
    # Pitfall 23: a barge's own row goes with its vessel's.
    run("TRUNCATE shop_vessel CASCADE")
    assert resynced(ear) == ["barge", "call", "frigate", "ship", "vessel"]


def test_truncate_of_several_tables_tells_of_each(ear: Ear) -> None:
    # Pitfall 23
    run("TRUNCATE shop_counter, shop_slug")
    assert resynced(ear) == ["counter", "slug"]


def test_truncate_of_a_many_to_many_table_tells_of_the_models_that_have_the_field(ear: Ear) -> None:
    # Pitfall 23, 30
    Barge.objects.create().flags.add(Port.objects.create())
    ear.payloads()
    run("TRUNCATE shop_barge_flags")
    assert resynced(ear) == ["barge"]


def test_a_truncate_that_is_rolled_back_is_not_told(ear: Ear) -> None:
    # Pitfall 23, 37
    with transaction.atomic():
        run("TRUNCATE shop_counter")
        transaction.set_rollback(True)
    assert ear.payloads() == []


def test_truncate_is_not_told_where_it_is_not_asked_for(ear: Ear, configure: Configure) -> None:
    # Pitfall 23
    assert "rowcast_truncate on public.shop_counter" in configure(TRUNCATE=False).removed
    run("TRUNCATE shop_counter")
    assert ear.payloads() == []


@pytest.mark.django_db
def test_what_is_not_asked_for_is_not_missing() -> None:
    # Pitfall 23
    triggers = our_triggers("shop_counter")
    assert "rowcast_truncate on shop_counter" in triggers


def test_flush_tells_of_every_table_that_it_empties(ear: Ear) -> None:
    # Pitfall 1, 23
    call_command("flush", interactive=False, verbosity=0, stdout=StringIO())
    assert {"counter", "order", "project", "observation"} <= set(resynced(ear))
