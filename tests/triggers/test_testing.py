"""What an application's tests see of the changes that they make (PITFALLS 64)."""

import re
import unittest
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import TestCase

from project.environment import CHECKOUT
from project.models import Project
from tests.shop.models import Counter, Order, Slug
from tests.triggers.conftest import Configure, run
from triggers.changes import MissingLogError
from triggers.testing import captured_changes


class InATestCase(TestCase):
    """Inside a transaction that is rolled back."""

    def test_changes_of_the_block_are_captured_in_order(self) -> None:
        Counter.objects.create(pk=1)
        with captured_changes() as changes:
            Counter.objects.filter(pk=1).update(value=2)
            order = Order.objects.create(name="Rice")
            Counter.objects.all().delete()
        Counter.objects.create(pk=2)
        assert changes == [
            ("updated", "shop.counter", "1"),
            ("created", "shop.order", order.pk.hex),
            ("deleted", "shop.counter", "1"),
        ]

    def test_a_statement_of_many_rows_is_a_change_for_each(self) -> None:
        with captured_changes() as changes:
            Counter.objects.bulk_create(Counter(pk=key) for key in range(1, 1200))
            Order.objects.bulk_create(Order(pk=UUID(int=key), name=str(key)) for key in range(1, 4))
        assert [change.key for change in changes if change.model == "shop.counter"] == [
            str(key) for key in range(1, 1200)
        ]
        assert [change.key for change in changes if change.model == "shop.order"] == [
            UUID(int=key).hex for key in range(1, 4)
        ]

    def test_a_change_that_names_no_row_has_no_key(self) -> None:
        with captured_changes() as changes:
            run("TRUNCATE shop_slug")
        assert changes == [("resync", "shop.slug", None)]

    def test_what_the_block_rolled_back_is_not_captured(self) -> None:
        with captured_changes() as changes:
            Counter.objects.create(pk=1)
            with transaction.atomic():
                Counter.objects.create(pk=2)
                transaction.set_rollback(True)
        assert changes == [("created", "shop.counter", "1")]

    def test_what_changes_nothing_is_not_captured(self) -> None:
        Counter.objects.create(pk=1)
        with captured_changes() as changes:
            Counter.objects.update(value=0)
        assert changes == []

    def test_a_block_within_a_block_is_captured_in_both(self) -> None:
        with captured_changes() as outer:
            Counter.objects.create(pk=1)
            with captured_changes() as inner:
                Slug.objects.create(text="a, b")
        assert (len(outer), inner) == (2, [("created", "shop.slug", "a, b")])

    def test_an_error_of_the_block_is_the_tests(self) -> None:
        Counter.objects.create(pk=1)
        with pytest.raises(IntegrityError), captured_changes() as changes:
            run("INSERT INTO shop_counter (id, value) VALUES (1, 0)")
        assert changes == []


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_captures_too() -> None:
    with captured_changes() as changes:
        for name in ("Sky survey", "Deep sky survey"):
            Project.objects.create(name=name)
    assert [(change.status, change.model) for change in changes] == [("created", "project.project")] * 2


@pytest.mark.django_db
def test_without_a_log_it_says_why(configure: Configure) -> None:
    configure(DELIVERY="notify")
    with pytest.raises(MissingLogError, match=r"'DELIVERY'\] is \"notify\""), captured_changes():
        pass


@pytest.mark.django_db
def test_the_example_of_the_documentation_passes() -> None:
    text = (CHECKOUT / "docs" / "triggers.md").read_text(encoding="utf-8")
    block = re.search(r"```python\n(from django\.test import TestCase\n.*?)```", text, re.DOTALL)
    assert block is not None
    names: dict[str, object] = {"Order": Order, "__name__": "example"}
    exec(block[1], names)  # noqa: S102 - our own text
    example, result = names["OrderTests"], unittest.TestResult()
    assert isinstance(example, type)
    example("test_an_order_that_is_renamed_is_told").run(result)
    assert (result.testsRun, result.failures, result.errors) == (1, [], [])
