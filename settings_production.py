"""Production settings of the reference site: what differs from `project.settings`, from the environment."""

import os

from django.core.exceptions import ImproperlyConfigured

from project.settings import *  # noqa: F403 - all of it, but for what follows


def _required(variable: str, meaning: str) -> str:
    """The variable's value; a missing one stops the start and says so."""
    value = os.environ.get(variable)
    if not value:
        raise ImproperlyConfigured(f"Set the environment variable {variable}: {meaning}.")
    return value


DEBUG = False
SECRET_KEY = _required("SECRET_KEY", "50 or more random characters, the same for every process of the site")
_hosts = _required("ALLOWED_HOSTS", "the site's host names, separated by commas")
ALLOWED_HOSTS = [host.strip() for host in _hosts.split(",") if host.strip()]
_required("DATABASE_URL", "postgres://user:password@host:5432/name")
if not os.environ.get("REDIS_URL"):
    for _variable, _meaning in {
        "REDIS_HOST": "the host of Redis, or set REDIS_URL instead of REDIS_HOST, REDIS_PORT and DB",
        "REDIS_PORT": "the port of Redis",
        "DB": "the number of the Redis database",
    }.items():
        _required(_variable, _meaning)

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
