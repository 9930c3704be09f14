"""Settings as of a test run without migrations: every table comes from `run_syncdb`."""

from tests.settings import *  # noqa: F403 - all of it, but for what follows
from tests.settings import INSTALLED_APPS

MIGRATION_MODULES = {app.split(".")[-1]: None for app in INSTALLED_APPS}  # type: ignore[misc]
