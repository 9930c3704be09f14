"""`make run`'s program, as a newcomer meets it: with nothing configured, from an empty folder."""

import json
import os
import re
import signal
import socket
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode

import psycopg2
import pytest
import redis
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from project.development.programs import free_port
from tests.processes import READY_SECONDS, Process

RUN = [sys.executable, "-m", "project.development"]
CONFIGURED = ("DATABASE_URL", "REDIS_URL", "REDIS_HOST", "REDIS_PORT", "DB")


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment that configures no server, a folder of its own and free ports."""
    for variable in CONFIGURED:
        monkeypatch.delenv(variable, raising=False)
    return {
        "DEVELOPMENT_FOLDER": str(tmp_path / "a folder of servers"),
        "SITE_PORT": str(free_port()),
        "DJANGO_SETTINGS_MODULE": "project.settings",
    }


@contextmanager
def running(environment: dict[str, str]) -> Iterator[Process]:
    with Process(RUN, environment) as run:
        run.wait_for("Rowcast runs:")
        yield run


def urls(environment: dict[str, str]) -> dict[str, str]:
    """The addresses that are noted for other terminals."""
    found: dict[str, str] = json.loads((Path(environment["DEVELOPMENT_FOLDER"]) / "servers.json").read_text("utf-8"))
    return found


def part_pid(environment: dict[str, str], command: str) -> int:
    """The process of a part, by its command and its folder."""
    folder = f"DEVELOPMENT_FOLDER={environment['DEVELOPMENT_FOLDER']}"
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # another one that ends meanwhile
            if command in words(entry / "cmdline") and folder in words(entry / "environ"):
                return int(entry.name)
    pytest.fail(f"there is no process {command}")


def words(file: Path) -> list[str]:
    """Of a file in /proc, where a zero byte ends each."""
    return file.read_bytes().decode(errors="replace").split("\0")


def follower(environment: dict[str, str], facility: str = "rodan") -> AbstractContextManager[ClientConnection]:
    """A browser's connection, as soon as it is entered."""
    return connect(f"ws://127.0.0.1:{environment['SITE_PORT']}/ws/{facility}?subscribe-broadcast")


def signed_in(environment: dict[str, str], name: str, password: str) -> bool:
    """Whether the admin lets this account in."""
    site = f"http://127.0.0.1:{environment['SITE_PORT']}/admin/login/"
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    form = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.open(site).read().decode())
    assert form is not None
    fields = {"username": name, "password": password, "csrfmiddlewaretoken": form[1], "next": "/admin/"}
    return bool(browser.open(site, urlencode(fields).encode()).url.endswith("/admin/"))


def test_the_account_that_is_printed_opens_the_admin(bare: dict[str, str]) -> None:
    with running(bare) as run:
        told = re.search(r"name (\w+), password (\S+) until", run.wait_for("The admin:"))
        assert told is not None
        assert signed_in(bare, told[1], told[2])
        assert not signed_in(bare, told[1], "guessed")


def test_one_command_leads_to_a_page_that_moves(bare: dict[str, str]) -> None:
    with running(bare) as run:
        page = urllib.request.urlopen(f"http://127.0.0.1:{bare['SITE_PORT']}/").read().decode()
        assert "Observing plan, live" in page
        with follower(bare) as client:
            while client.recv(20) != "--heartbeat--":
                pass
            while '"model": "observation"' not in str(client.recv(20)):
                pass
        assert urls(bare)["DATABASE_URL"] in run.output
        assert urls(bare)["REDIS_URL"] in run.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_all_and_the_data_stay(bare: dict[str, str], number: signal.Signals) -> None:
    with running(bare) as run:
        first = urls(bare)
        with redis.Redis.from_url(first["REDIS_URL"]) as client:
            client.set("mine", "kept")
        run.send(number)
        assert run.wait() == 0, run.output
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(first["DATABASE_URL"])
    with running(bare):
        assert urls(bare) == first
        with redis.Redis.from_url(first["REDIS_URL"]) as client:
            assert client.get("mine") == b"kept"
        with psycopg2.connect(first["DATABASE_URL"]) as database, database.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM project_observation")
            assert cursor.fetchone() != (0,)
        database.close()


@pytest.mark.parametrize("command", ["runlistener", "runserver", "simulate"])
def test_a_part_that_dies_is_named_and_ends_the_run(bare: dict[str, str], command: str) -> None:
    with running(bare) as run:
        os.kill(part_pid(bare, command), signal.SIGKILL)
        assert run.wait() == 1
        assert "FAILED:" in run.output
        assert "ended with status -9" in run.output


def test_an_edit_starts_the_site_again_and_leaves_the_rest_running(bare: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "edited_settings.py"
    bare |= {"PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "edited_settings"}
    file.write_text("from project.settings import *\n", "utf-8")
    with running(bare) as run:
        before = {command: part_pid(bare, command) for command in ("runlistener", "runserver")}
        with follower(bare, "nobody") as client:
            file.write_text("from project.settings import *\nWS4REDIS_HEARTBEAT = 'edited'\n", "utf-8")
            deadline = monotonic() + READY_SECONDS
            with suppress(ConnectionClosed):
                while monotonic() < deadline:
                    client.recv(20)
                    file.touch()  # an edit before Django's first look at its files is none to it
            assert client.close_code == 1012
        run.wait_for("Quit the server with", times=2)
        with follower(bare, "nobody") as client:
            assert client.recv(20) == "edited"
        assert part_pid(bare, "runlistener") == before["runlistener"]
        assert part_pid(bare, "runserver") != before["runserver"]
        run.send(signal.SIGINT)
        assert run.wait() == 0, run.output


def test_a_port_in_use_is_named_before_anything_starts(bare: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(bare["SITE_PORT"]))), Process(RUN, bare) as run:
        assert run.wait() == 1
    assert f"Port {bare['SITE_PORT']} is in use" in run.output
    assert "SITE_PORT=" in run.output


def test_a_second_run_in_the_same_checkout_is_refused(bare: dict[str, str]) -> None:
    with running(bare), Process(RUN, bare) as second:
        assert second.wait() == 1
        assert "running already" in second.output


def test_what_a_killed_run_left_is_ended_and_its_data_are_taken_over(bare: dict[str, str]) -> None:
    with running(bare) as run:
        run.send(signal.SIGKILL)
        run.wait()
        old_listener = part_pid(bare, "runlistener")
    with running(bare) as again:
        assert f"ending a leftover of an earlier run, pid {old_listener}" in again.output
        assert part_pid(bare, "runlistener") != old_listener
