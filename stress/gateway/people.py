"""`python -m stress.gateway.people N`: that many users in the site's database, and their sessions' cookies.

A cookie is a line. In a process of its own, with the site's settings, as only Django can make them.
"""

import sys

import django
from django.conf import settings


def main() -> None:
    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415 - apps are ready
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.contrib.sessions.backends.signed_cookies import SessionStore  # noqa: PLC0415

    names = [f"user{number:05}" for number in range(int(sys.argv[1]))]
    User.objects.bulk_create([User(username=name, password="!") for name in names], batch_size=1000)  # noqa: S106
    for user in User.objects.filter(username__in=names).order_by("username"):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        print(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")


if __name__ == "__main__":
    main()
