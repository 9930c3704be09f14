"""The original's server under the real uWSGI, as deploy/ws4redis-uwsgi.ini starts it: our listener feeds it."""

import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from websockets.sync.client import ClientConnection, connect

from project.development.programs import free_port
from tests.conftest import ProgramRequirement
from tests.pipeline.conftest import HEARTBEAT, MESSAGE_SECONDS, Pipeline, next_message
from tests.processes import Process

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
UWSGI = f"uwsgi_{PYTHON.replace('.', '')}"
"""Debian's name for the one whose plugin carries this version of Python."""
INSTALL_UWSGI = "apt-get install uwsgi-core uwsgi-plugin-python3 uwsgi-plugin-gevent-python3"


@pytest.fixture
def virtual_environment(require_program: ProgramRequirement, tmp_path: Path) -> Path:
    """Of Debian's Python, as its uWSGI needs it, with the packages of ours."""
    subprocess.run(
        [require_program([f"/usr/bin/{PYTHON}"], INSTALL_UWSGI), "-m", "venv", "--without-pip", tmp_path], check=True
    )
    (tmp_path / f"lib/{PYTHON}/site-packages/ours.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def server_url(require_program: ProgramRequirement, virtual_environment: Path, pipeline: Pipeline) -> Iterator[str]:
    """The server's address, ready."""
    program = Path(require_program([UWSGI], INSTALL_UWSGI)).resolve()
    address = f"127.0.0.1:{free_port()}"
    environment = {**pipeline.environment, "VIRTUAL_ENV": str(virtual_environment), "WEBSOCKET_ADDRESS": address}
    with Process([str(program), "--ini", "deploy/ws4redis-uwsgi.ini"], environment) as server:
        server.wait_for("running gevent loop engine")
        yield f"ws://{address}/ws/rodan"


@contextmanager
def following(server_url: str) -> Iterator[ClientConnection]:
    """A client after a heartbeat: what is committed from here on reaches it."""
    with connect(f"{server_url}?subscribe-broadcast") as client:
        while client.recv(MESSAGE_SECONDS) != HEARTBEAT:
            pass
        yield client


def test_its_clients_get_what_our_listener_publishes(server_url: str, pipeline: Pipeline) -> None:
    """Compatibility N1, N2."""
    with following(server_url) as client:
        key = uuid4()
        pipeline.execute("INSERT INTO project_project (id, name) VALUES (%s, 'Sky survey')", str(key))
        assert next_message(client) == {"status": "created", "model": "project", "uuid": key.hex}
        pipeline.execute("DELETE FROM project_project WHERE id = %s", str(key))
        assert next_message(client) == {"status": "deleted", "model": "project", "uuid": key.hex}


def test_who_comes_later_gets_the_kept_message_that_our_listener_left(server_url: str, pipeline: Pipeline) -> None:
    """Compatibility N1, N2, L5."""
    with following(server_url) as earlier:
        pipeline.execute("INSERT INTO project_project (name) VALUES ('kept')")
        message = next_message(earlier)
    with connect(f"{server_url}?subscribe-broadcast") as later:
        assert next_message(later) == message


def test_it_refuses_what_is_no_websocket_and_says_why(server_url: str) -> None:
    """Compatibility K1."""
    place = urlsplit(server_url)
    with closing(HTTPConnection(place.netloc, timeout=MESSAGE_SECONDS)) as client:
        client.request("GET", place.path)
        answer = client.getresponse()
        assert (answer.status, answer.read()) == (400, b"Client does not wish to upgrade to a websocket")
