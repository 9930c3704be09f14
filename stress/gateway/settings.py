"""The site's settings in the servers that the benchmark starts: sessions are in their cookies."""

import os

from project.settings import *  # noqa: F403 - all of it, but for what follows
from stress.gateway.channel_layer import LAYER, layer_options

DEBUG = False
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
CHANNEL_LAYERS = {"default": {"BACKEND": LAYER, "CONFIG": layer_options(os.environ["REDIS_URL"])}}
"""Channels' only."""
