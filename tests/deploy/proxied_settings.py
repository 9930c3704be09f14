"""The reference site's settings behind a proxy: site and gateway tell who they believe asks."""

from tests.settings import *  # noqa: F403 - all of it, but for what follows

ROOT_URLCONF = "tests.deploy.telling"
WS = {"TRUSTED_PROXIES": ["127.0.0.1", "unix"]}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
WS4REDIS_PROCESS_REQUEST = "tests.deploy.telling.refuse_and_tell"
