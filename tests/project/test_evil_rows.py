"""PITFALLS A11: a row whose text is markup is text on every page that the site itself makes.

What the page's scripts make of it, a Chromium shows in tests/pipeline/page.
"""

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from project.models import AntennaField, Clock, Observation

EVIL = "<img src=x onerror=\"document.title='evil'\">"
pytestmark = pytest.mark.django_db


@pytest.fixture
def evil() -> Observation:
    return Observation.objects.create(target=EVIL, start=Clock.current().plan_time, antenna_field=AntennaField.DE601HBA)


@pytest.fixture
def owner(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("owner"))
    return client


def text_of(answer: HttpResponse) -> str:
    """A page's, which may run no script but the site's own files."""
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert not [
        word for word in ("unsafe-inline", "unsafe-eval", "*", "http:", "https:", "data: 'self'") if word in policy
    ]
    return answer.content.decode()


@pytest.mark.parametrize("page", ["", "{0}/change/", "{0}/history/", "{0}/delete/", "?q=%3Cimg%20onerror"])
def test_every_page_of_the_admin_shows_it_as_text(owner: Client, evil: Observation, page: str) -> None:
    text = text_of(owner.get(f"/admin/project/observation/{page.format(evil.pk)}"))  # type: ignore[arg-type]
    assert "<img src=x" not in text
    assert 'onerror="' not in text
    assert "&lt;img" in text


def test_the_page_itself_holds_no_rows(client: Client, evil: Observation) -> None:  # noqa: ARG001 - it is there
    assert "onerror" not in text_of(client.get("/"))  # type: ignore[arg-type]


def test_rows_come_as_what_no_browser_takes_for_a_page(client: Client, evil: Observation) -> None:
    answer = client.get("/plan/")
    assert [row["target"] for row in answer.json()["observations"]] == [evil.target]
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
