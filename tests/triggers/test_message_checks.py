"""What `manage.py check` says of formats and audiences."""

from typing import Any

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from tests.triggers.test_checks import Change, ids, ours

TOLD = "tests.shop.telling.told"
GROUP = {"model": "shop.Order", "audience": {"group": "cooks"}}
OWNER = {"model": "shop.Letter", "audience": {"owner": "writer"}}
DECIDED = {"model": "shop.Order", "audience": TOLD}
TMSS = {"model": "shop.Order", "message": "tmss"}


@pytest.fixture
def found(settings: Settings) -> Change:
    """The messages of ours with these keys changed."""

    def change(**changes: Any) -> list[CheckMessage]:  # noqa: ANN401 - right or wrong
        settings.TRIGGERS = {**settings.TRIGGERS, **changes}
        return ours()

    return change


@pytest.mark.parametrize("entry", [GROUP, OWNER, DECIDED, TMSS, {"model": "shop.Order", "message": TOLD}])
def test_every_format_and_audience_may_be_logged(found: Change, entry: object) -> None:
    assert found(WATCH=[entry], MESSAGE="tmss") == []
    assert found(WATCH=[entry], MESSAGE=TOLD) == []


@pytest.mark.parametrize("key", ["audience", "message"])
def test_a_function_that_is_not_there_is_an_error(found: Change, key: str) -> None:
    (message,) = found(WATCH=[{"model": "shop.Order", key: "tests.shop.telling.nothing"}])
    assert message.id == "triggers.E008"
    assert "'tests.shop.telling.nothing' cannot be imported" in message.msg


def test_a_format_for_all_that_is_not_there_is_one_error(found: Change) -> None:
    assert ids(found(MESSAGE="shop.nowhere")) == ["triggers.E008"]


@pytest.mark.parametrize("entry", [GROUP, OWNER, DECIDED, TMSS])
def test_what_notify_cannot_do_is_an_error_with_the_remedy(found: Change, entry: object) -> None:
    (message,) = found(WATCH=[entry], DELIVERY="notify")
    assert message.id == "triggers.E009"
    assert "shop.Order" in message.msg or "shop.Letter" in message.msg
    assert 'TRIGGERS["DELIVERY"] = "durable"' in str(message.hint)


def test_another_format_for_all_is_one_error_under_notify(found: Change) -> None:
    (message,) = found(WATCH=["shop"], MESSAGE="tmss", DELIVERY="notify")
    assert (message.id, "TRIGGERS['MESSAGE'] is 'tmss'" in message.msg) == ("triggers.E009", True)


@pytest.mark.parametrize("field", ["order", "sender_name", "text"])
def test_an_owner_who_is_no_user_is_an_error(found: Change, field: str) -> None:
    assert ids(found(WATCH=[{"model": "shop.Letter", "audience": {"owner": field}}])) == ["triggers.E010"]


def test_an_owner_who_is_no_field_is_an_error(found: Change) -> None:
    assert ids(found(WATCH=[{"model": "shop.Letter", "audience": {"owner": "nobody"}}])) == ["triggers.E007"]


@pytest.mark.parametrize("entry", [GROUP, OWNER, DECIDED])
def test_an_audience_on_a_facility_with_a_colon_is_an_error(found: Change, entry: dict[str, object]) -> None:
    """`group:cooks:a:b` could be group `cooks:a`'s too."""
    assert ids(found(WATCH=[{**entry, "facility": "a:b"}])) == ["triggers.E006"]
