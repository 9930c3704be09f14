"""Whose a row is, as the log has it: beside what travels along, and whatever that is."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.shop.models import Letter
from tests.triggers.conftest import Configure, only_by_the_log, run
from tests.triggers.ears import Ear, LogEar
from triggers.log_rows import CARRIED_BYTES_AT_MOST

pytestmark = only_by_the_log


class Letters:
    """A log of letters, and two users."""

    def __init__(self, log: LogEar) -> None:
        self._log = log
        self.ann, self.bob = (User.objects.create(username=name) for name in ("ann", "bob"))

    def carried(self) -> list[Any]:
        """Of each row of the log that is new."""
        return [json.loads(row.carried) if row.carried else None for row in self._log.rows()]


@pytest.fixture
def letters(ear: Ear, configure: Configure) -> Letters:
    assert isinstance(ear, LogEar)
    configure(WATCH=[{"model": "shop.Letter", "columns": ["text"], "carry": ["text"], "audience": {"owner": "writer"}}])
    ear.rows()
    return Letters(ear)


def test_a_row_is_logged_with_its_owner(letters: Letters) -> None:
    letter = Letter.objects.create(writer=letters.ann, text="Dear")
    letter.delete()
    assert letters.carried() == [{"writer_id": letters.ann.pk, "text": "Dear"}] * 2


def test_of_many_rows_each_is_logged_with_its_owner(letters: Letters) -> None:
    Letter.objects.bulk_create([Letter(writer=writer) for writer in (letters.ann, None, letters.bob)])
    assert [[it["writer_id"] for it in row] for row in letters.carried()] == [[letters.ann.pk, None, letters.bob.pk]]


def test_what_is_too_long_to_travel_leaves_the_owner(letters: Letters) -> None:
    Letter.objects.create(writer=letters.ann, text="x" * CARRIED_BYTES_AT_MOST)
    assert letters.carried() == [{"writer_id": letters.ann.pk}]


def test_a_row_that_changes_hands_is_told_to_who_gets_it(letters: Letters) -> None:
    Letter.objects.create(writer=letters.ann)
    letters.carried()
    run("UPDATE shop_letter SET writer_id = %s", letters.bob.pk)
    assert letters.carried() == [{"writer_id": letters.bob.pk, "text": ""}]


def test_a_user_whose_deletion_leaves_his_rows_to_nobody_is_told_no_more(letters: Letters) -> None:
    Letter.objects.create(writer=letters.ann)
    letters.carried()
    letters.ann.delete()
    assert letters.carried() == [{"writer_id": None, "text": ""}]
