"""Settings of a site with three databases: `other` is without the shop, `memory` is not PostgreSQL."""

import os

from tests.settings import *  # noqa: F403 - all of it, and two databases more
from tests.settings import DATABASES

DATABASES = {
    **DATABASES,
    "other": {**DATABASES["default"], "NAME": os.environ["OTHER_DATABASE"]},
    "memory": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
DATABASE_ROUTERS = ["tests.triggers.routers.NoShop"]
