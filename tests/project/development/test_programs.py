"""Ports for servers that are to start."""

import socket
from pathlib import Path

import pytest

from project.development import programs
from project.development.programs import ServerError, free_port

LENT = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_free_ports_are_all_different() -> None:
    assert len({free_port() for _ in range(50)}) == 50


@pytest.mark.skipif(not LENT.exists(), reason="only Linux says which ports it lends")
def test_they_are_none_that_the_kernel_lends() -> None:
    first, last = map(int, LENT.read_text(encoding="ascii").split())
    assert not first <= free_port() <= last


def test_a_port_that_is_taken_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    free = free_port()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(programs, "_UNTRIED", [free, taken.getsockname()[1]])
        assert free_port() == free
        with pytest.raises(ServerError, match="No port"):
            free_port()
