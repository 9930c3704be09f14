"""The site's settings in the processes that the test starts: one watched table, whose messages tell a column."""

from project.settings import *  # noqa: F403 - all of it, but for what follows
from project.settings import TRIGGERS

TRIGGERS = {
    **TRIGGERS,
    "WATCH": ["project.Reservation"],
    "DELIVERY": "durable",
    "RETENTION": 60,  # so that the log's leaves are emptied while the test runs
}
DEBUG = False
