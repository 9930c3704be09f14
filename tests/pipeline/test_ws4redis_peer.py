"""The original, django-websocket-redis from PyPI, as a peer: what it publishes reaches our clients."""

from tests.pipeline.conftest import Pipeline, next_text
from tests.processes import Process

PUBLISH = """
from ws4redis.publisher import RedisPublisher
from ws4redis.redis_store import RedisMessage
publisher = RedisPublisher(facility="rodan", broadcast=True)
for number in range(5):
    publisher.publish_message(RedisMessage(f"message {number}"))
"""

FETCH = """
from ws4redis.publisher import RedisPublisher
print("kept:", RedisPublisher(facility="rodan", broadcast=True).fetch_message(None, "rodan", "broadcast"))
"""


def test_what_the_real_publisher_publishes_arrives_all_of_it_in_order(pipeline: Pipeline) -> None:
    """Compatibility P15, F6."""
    with pipeline.client() as client:
        with Process.manage("shell", "--no-imports", "-c", PUBLISH, environment=pipeline.environment) as shell:
            assert shell.wait() == 0, shell.output
        assert [next_text(client) for _ in range(5)] == [f"message {number}" for number in range(5)]


def test_what_the_listener_publishes_is_found_by_the_real_publishers_fetch(pipeline: Pipeline) -> None:
    """Compatibility P16."""
    with pipeline.client() as client:
        pipeline.execute("INSERT INTO project_project (name) VALUES ('kept')")
        message = next_text(client)
    with Process.manage("shell", "--no-imports", "-c", FETCH, environment=pipeline.environment) as shell:
        assert shell.wait_for("kept:") == f"kept: {message.encode()!r}"
