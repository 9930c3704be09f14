"""The sample project that was written for ws4redis, changed as docs/moving_from_ws4redis.md says, and its visitors."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from shutil import copytree, ignore_patterns
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

from websockets.sync.client import ClientConnection, connect

from project.development.programs import free_port
from project.environment import CHECKOUT
from tests.pipeline.conftest import HEARTBEAT, MESSAGE_SECONDS
from tests.processes import Process

LEGACY = CHECKOUT / "tests/legacy_chat"
PASSWORD = "of every visitor"  # noqa: S105 - in a database of the test's own
BETWEEN_APPS = ",\n    "
CHANGES = {
    "from ws4redis.publisher import ": "from ws.publisher import ",
    "from ws4redis.redis_store import ": "from ws.publisher import ",
    '"ws4redis.context_processors.default"': '"ws.context_processors.websocket"',
    '"ws4redis.django_runserver.application"': '"legacy_chat.wsgi.application"',
    '"ws4redis"': '"ws"',
    f'"django.contrib.staticfiles"{BETWEEN_APPS}"ws"': f'"ws"{BETWEEN_APPS}"django.contrib.staticfiles"',
}
"""All that is changed, in Python files only, one after the other."""

MAKE_PEOPLE = f"""
from django.contrib.auth.models import Group, User
members = [User.objects.create_user(name, password={PASSWORD!r}) for name in ("mary", "john", "guest")]
Group.objects.create(name="chatters").user_set.set(members[:2])
"""


def moved(folder: Path) -> None:
    """A copy in this folder, with each of CHANGES made wherever it applies, and once at least."""
    copy = Path(copytree(LEGACY, folder / "legacy_chat", ignore=ignore_patterns("__pycache__")))
    texts = {file: file.read_text(encoding="utf-8") for file in copy.glob("*.py")}
    for old, new in CHANGES.items():
        assert any(old in text for text in texts.values()), old
        texts = {file: text.replace(old, new) for file, text in texts.items()}
    assert not any("from ws4redis" in text for text in texts.values())
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class LegacySite:
    """The running site: pages and WebSockets on one port."""

    host: str
    environment: Mapping[str, str]

    def visitor(self, name: str = "") -> "Visitor":
        """Somebody with a browser of their own, signed in if they have a name."""
        made = Visitor(self.host)
        if name:
            made.post("/login/", username=name, password=PASSWORD)
        return made

    def django(self, *arguments: str) -> None:
        """A command that ends well."""
        command = Process([sys.executable, "-m", "django", *arguments], self.environment)
        assert command.wait() == 0, command.output


class Visitor:
    """Cookies, and what one does with them."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._cookies))
        self.get("/login/")

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self._cookies}

    def get(self, path: str) -> str:
        with self._opener.open(f"http://{self._host}{path}") as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: str) -> None:
        headers = {"X-CSRFToken": self.cookies["csrftoken"]}
        request = Request(f"http://{self._host}{path}", urlencode(fields).encode(), headers)
        self._opener.open(request).close()

    @contextmanager
    def following(self, *audiences: str) -> Iterator[ClientConnection]:
        """A client after its first heartbeat: what is published from here on reaches it."""
        with self.connect("chat?" + "&".join(f"subscribe-{audience}" for audience in audiences)) as made:
            while made.recv(MESSAGE_SECONDS) != HEARTBEAT:
                pass
            yield made

    def connect(self, target: str) -> AbstractContextManager[ClientConnection]:
        """A client with this visitor's cookies. Enter it to connect."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return connect(f"ws://{self._host}/ws/{target}", additional_headers={"Cookie": cookie})


@contextmanager
def running_legacy_site(folder: Path, database_url: str, redis_url: str) -> Iterator[LegacySite]:
    """Moved, migrated, with people in it, and running."""
    moved(folder)
    redis = urlsplit(redis_url)
    environment = {
        "DJANGO_SETTINGS_MODULE": "legacy_chat.settings",
        "PYTHONPATH": str(folder),
        "DATABASE_URL": database_url,
        "REDIS_HOST": redis.hostname or "localhost",
        "REDIS_PORT": str(redis.port or 6379),
        "REDIS_PASSWORD": redis.password or "",
    }
    site = LegacySite(f"127.0.0.1:{free_port()}", environment)
    site.django("migrate")
    site.django("shell", "-c", MAKE_PEOPLE)
    with Process([sys.executable, "-m", "django", "runserver", "--noreload", site.host], environment) as server:
        server.wait_for("Quit the server with")
        yield site
