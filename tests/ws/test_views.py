"""Who is signed in gets a ticket, nobody else."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import path
from pytest_django import Settings

from ws.gateway.ticket_office import redeem
from ws.views import ticket

urlpatterns = [path("tickets/<path:facility>", ticket)]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__), pytest.mark.usefixtures("site_redis")]


@pytest.fixture
def ann(client: Client) -> User:
    """Signed in."""
    made = User.objects.create(username="ann")
    client.force_login(made)
    return made


@pytest.mark.parametrize("facility", ["sky", "sky/north/", "a:b"])
def test_who_is_signed_in_gets_a_ticket_for_the_facility(client: Client, ann: User, facility: str) -> None:
    answer = client.post(f"/tickets/{facility}")
    assert (answer.status_code, answer.json()["expires_in"]) == (200, 30)
    assert redeem(answer.json()["ticket"], facility) == ann


def test_an_anonymous_visitor_gets_none(client: Client) -> None:
    assert client.post("/tickets/sky").status_code == 403


@pytest.mark.usefixtures("ann")
def test_it_is_asked_for_by_post(client: Client) -> None:
    assert client.get("/tickets/sky").status_code == 405


@pytest.mark.usefixtures("ann")
def test_no_cache_keeps_it(client: Client) -> None:
    assert "no-store" in client.post("/tickets/sky")["Cache-Control"]


@pytest.mark.usefixtures("ann")
def test_the_setting_says_how_long_it_is_good(client: Client, settings: Settings) -> None:
    settings.WS = {"TICKET_SECONDS": 5}
    assert client.post("/tickets/sky").json()["expires_in"] == 5


def test_another_sites_page_gets_none() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create(username="bob"))
    assert browser.post("/tickets/sky").status_code == 403
