"""What the site gives to a user of its own, for clients to come with: tickets and sessions."""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from tests.fuzz.heads import Known
from ws.gateway.ticket_office import issue

TICKETS_PER_FACILITY, SESSIONS = 1000, 20


def give() -> Known:
    """Into the database that is configured."""
    user, _ = User.objects.get_or_create(username="fuzz")
    asked = HttpRequest()
    asked.user = user
    tickets = [issue(asked, facility) for facility in ("quiet", "loud") for _ in range(TICKETS_PER_FACILITY)]
    return Known(tickets, [_session(user) for _ in range(SESSIONS)])


def _session(user: User) -> str:
    """In which this user signed in."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    assert session.session_key is not None
    return session.session_key
