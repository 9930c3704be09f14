"""The reference site's settings, and an app of odd tables."""

from project.settings import *  # noqa: F403 - all of it, but for what follows
from project.settings import INSTALLED_APPS, TRIGGERS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.shop"]
TRIGGERS = {**TRIGGERS, "WATCH": ["project", "shop"]}
