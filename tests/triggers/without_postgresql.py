"""Settings of a site that watches tables, and has no PostgreSQL."""

from tests.settings import *  # noqa: F403 - all of it, and another database

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
