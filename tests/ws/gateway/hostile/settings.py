"""The reference site's settings for a gateway that is attacked; `HOSTILE_WS` has its `WS`, as JSON."""

import json
import os

from project.settings import *  # noqa: F403 - all of it, but for what follows

WS = json.loads(os.environ["HOSTILE_WS"])
WS4REDIS_PREFIX = "test"
