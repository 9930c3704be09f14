"""The reference site's settings for a gateway that is attacked; `HOSTILE` has what differs, as JSON."""

import json
import os

from project.settings import *  # noqa: F403 - all of it, but for what follows

WS4REDIS_PREFIX = "test"
globals().update(json.loads(os.environ["HOSTILE"]))
