"""The reference site's settings for a gateway that is attacked; `HOSTILE` has what differs, as JSON."""

import json
import os

from project.settings import *  # noqa: F403 - all of it, but for what follows

WS4REDIS_PREFIX = "test"
hostile = json.loads(os.environ["HOSTILE"])
globals().update(hostile)
WS = {"PING_SECONDS": None, **hostile.get("WS", {})}
"""Nobody is asked for a pong: who stands by is not read before an attack is over, however long that takes."""
