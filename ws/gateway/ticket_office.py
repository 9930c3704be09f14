"""Issues tickets to users of the site, and redeems them: signs, asks the clock, Redis and the database.

A ticket is signed with SECRET_KEY (or, to be read, one of SECRET_KEY_FALLBACKS), and Redis knows for as long as it
matters which ones were used. Blocks: the gateway redeems in a thread.
"""

import time
from collections.abc import Iterator
from hashlib import sha256
from math import ceil, inf
from secrets import token_urlsafe

from django.conf import settings as site
from django.contrib.auth import BACKEND_SESSION_KEY, get_user_model, load_backend
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from ws.gateway.tickets import Holder, Ticket, TicketError, make, read, remembered_seconds
from ws.redis_pool import pool
from ws.settings import load
from ws.wire.channels import ticket_key

NONCE_BYTES = 16


def issue(request: HttpRequest, facility: str) -> str:
    """A ticket for the request's user, who is authenticated."""
    user = request.user
    assert isinstance(user, AbstractBaseUser)
    backend = getattr(request, "session", {}).get(BACKEND_SESSION_KEY, "")
    (password, *_) = _password_digests(user)
    holder = Holder(user._meta.pk.value_to_string(user), backend, password)
    return _signer().sign_object(make(Ticket(holder, facility, time.time(), token_urlsafe(NONCE_BYTES))))


def redeem(text: str, facility: str) -> AbstractBaseUser:
    """Who brings this ticket; after that it is used.

    Raises TicketError where it proves nothing; RedisError, OSError or a database's error where that is not known.
    """
    ticket = _read(text, facility, load().ticket_seconds)
    _use(ticket)
    return _user(ticket.holder)


def recall(text: str, facility: str) -> AbstractBaseUser:
    """The user of a ticket that was redeemed some time ago. Raises TicketError where they could not have one now."""
    return _user(_read(text, facility, inf).holder)


def _read(text: str, facility: str, seconds: float) -> Ticket:
    try:
        said = _signer().unsign_object(text)
    except (BadSignature, ValueError) as error:
        raise TicketError("it was not signed by us") from error
    return read(said, facility, time.time(), seconds)


def _signer() -> Signer:
    """With this separator a ticket is text that a URL takes as it is."""
    return Signer(salt="ws.gateway.tickets", sep=".")


def _use(ticket: Ticket) -> None:
    settings = load()
    key, seconds = ticket_key(settings.prefix, ticket.nonce), ceil(remembered_seconds(settings.ticket_seconds))
    (taken,) = pool.call(("SET", key, "", "NX", "EX", seconds))
    if taken is None:
        raise TicketError("it was used before")


def _user(holder: Holder) -> AbstractBaseUser:
    user = next(filter(None, (_known(holder.user, backend) for backend in _backends(holder))), None)
    if user is None:
        raise TicketError("its user is gone, or may not sign in any more")
    if not any(constant_time_compare(digest, holder.password) for digest in _password_digests(user)):
        raise TicketError("its user's password has changed since")
    return user


def _backends(holder: Holder) -> list[str]:
    """Those that the site still has."""
    return [path for path in site.AUTHENTICATION_BACKENDS if holder.backend in {path, ""}]


def _known(key: str, backend: str) -> AbstractBaseUser | None:
    """The user that the backend answers for; Django's own answers for active ones alone."""
    try:
        return load_backend(backend).get_user(get_user_model()._meta.pk.to_python(key))
    except ValidationError:
        return None


def _password_digests(user: AbstractBaseUser) -> Iterator[str]:
    """Of what Django keeps in a session for the same purpose, which itself does not leave the site.

    First that of SECRET_KEY, then those of its fallbacks.
    """
    for proof in (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()):
        yield sha256(proof.encode()).hexdigest()
