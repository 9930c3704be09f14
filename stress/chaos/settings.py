"""The site's settings in the processes that the test starts: one watched table, whose messages tell their change."""

from project.settings import *  # noqa: F403 - all of it, but for what follows
from project.settings import TRIGGERS

TRIGGERS = {
    **TRIGGERS,
    "WATCH": [{"model": "project.Observation", "carry": ["recorded_bytes"]}],
    "DELIVERY": "durable",
    "RETENTION": 60,  # so that the log's leaves are emptied while the test runs
}
DEBUG = False
