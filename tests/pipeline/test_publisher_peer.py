"""Our publisher and the original's, from PyPI: what one keeps the other fetches, for every audience."""

from uuid import uuid4

import pytest

from tests.processes import Process

THEIRS = "from ws4redis.publisher import RedisPublisher\nfrom ws4redis.redis_store import RedisMessage, SELF\n"
OURS = "from ws.publisher import RedisPublisher, RedisMessage, SELF\n"

REQUEST = """
from types import SimpleNamespace as Some
user = Some(is_authenticated=True, get_username=lambda: "ann@example.org")
class Session(dict):
    session_key = "k3y-of-ann"
request = Some(user=user, session=Session({"ws4redis:memberof": ["staff"]}))
"""

PUBLISH = """
own = [{"sessions": [SELF]}, {"users": [SELF]}, {"groups": [SELF]}, {"broadcast": True}]
named = [{"sessions": ("k3y-of-ann",)}, {"users": ("ann@example.org",)}, {"groups": ("staff",)}]
for facility, words in (("own-FACILITY", own), ("named-FACILITY", named)):
    for word in words:
        publisher = RedisPublisher(request=request, facility=facility, **word)
        publisher.publish_message(RedisMessage(f"for {[*word]} grüße"), expire=60)
"""

FETCH = """
publisher = RedisPublisher(facility="own", broadcast=True)
for facility in ("own", "named"):
    for audience in ("session", "user", "group", "broadcast", "any"):
        print(facility, audience, publisher.fetch_message(request, f"{facility}-FACILITY", audience))
"""

FETCHED = [
    f"{facility} {audience} {message and message.encode()!r}"
    for facility, kept_for_everybody in (("own", "for ['broadcast'] grüße"), ("named", None))
    for audience, message in (
        ("session", "for ['sessions'] grüße"),
        ("user", "for ['users'] grüße"),
        ("group", "for ['groups'] grüße"),
        ("broadcast", kept_for_everybody),
        ("any", "for ['sessions'] grüße"),
    )
]


def run(code: str, facility: str, redis_url: str) -> list[str]:
    """What a shell of the reference site's prints."""
    environment = {"DJANGO_SETTINGS_MODULE": "project.settings", "REDIS_URL": redis_url}
    code = code.replace("FACILITY", facility)
    with Process.manage("shell", "--no-imports", "-c", code, environment=environment) as shell:
        assert shell.wait() == 0, shell.output
        return shell.output.splitlines()


@pytest.mark.parametrize(("publisher", "fetcher"), [(OURS, THEIRS), (THEIRS, OURS)], ids=["ours", "theirs"])
def test_what_one_publishes_the_other_fetches(redis_url: str, publisher: str, fetcher: str) -> None:
    """Compatibility P1, P10, P16."""
    facility = uuid4().hex
    assert run(publisher + REQUEST + PUBLISH, facility, redis_url) == []
    assert run(fetcher + REQUEST + FETCH, facility, redis_url) == FETCHED
