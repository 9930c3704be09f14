"""The site's Redis, as code of the site meets it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import redis
from pytest_django import Settings

from project.environment import redis_arguments
from tests.ws.ear import Ear


@pytest.fixture
def site_redis(redis_url: str, settings: Settings) -> Iterator[redis.Redis]:
    """The server that the site's settings name, with a prefix that no other test uses."""
    settings.WS4REDIS_CONNECTION = redis_arguments(redis_url)
    settings.WS4REDIS_PREFIX = f"test-{uuid4().hex}"
    with redis.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def ear(site_redis: redis.Redis, settings: Settings) -> Iterator[Ear]:
    """Hears all that is published behind the site's prefix."""
    with Ear(site_redis, settings.WS4REDIS_PREFIX) as made:
        yield made
