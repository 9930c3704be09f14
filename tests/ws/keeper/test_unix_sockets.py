"""Sockets in the file system."""

import re
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ws.keeper.addresses import UnixAddress
from ws.keeper.listener import CannotListenError
from ws.keeper.unix_sockets import listen


@pytest.fixture
def path() -> Iterator[Path]:
    """Short: a socket's name has 103 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="rowcast") as folder:
        yield Path(folder) / "gateway.sock"


def address(path: Path) -> UnixAddress:
    return UnixAddress(str(path))


def test_it_is_there_with_its_rights_until_it_is_closed(path: Path) -> None:
    (listener,) = listen(address(path), 0o660)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert listener.url("ws", "/ws/") == f"unix:{path}"
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
    listener.close()
    listener.close()
    assert not path.exists()


def test_what_a_dead_process_left_is_replaced(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    (listener,) = listen(address(path), 0o666)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
    listener.close()


def test_a_socket_that_somebody_listens_on_stays(path: Path) -> None:
    (first,) = listen(address(path), 0o666)
    with pytest.raises(CannotListenError, match=rf"cannot listen on unix:{path}: somebody listens there\nEnd that"):
        listen(address(path), 0o666)
    assert path.exists()
    first.close()


def test_a_file_that_is_no_socket_stays(path: Path) -> None:
    path.write_text("notes", encoding="utf-8")
    with pytest.raises(CannotListenError, match="is no socket\nRemove it"):
        listen(address(path), 0o666)
    assert path.read_text(encoding="utf-8") == "notes"


def test_a_folder_that_is_not_there_is_told(path: Path) -> None:
    nowhere = path.parent / "nowhere" / "gateway.sock"
    with pytest.raises(
        CannotListenError, match=f"{re.escape(str(nowhere))}: No such file or directory\nIts folder must"
    ):
        listen(address(nowhere), 0o666)


def test_the_file_of_a_successor_stays(path: Path) -> None:
    (first,) = listen(address(path), 0o666)
    path.unlink()
    (second,) = listen(address(path), 0o666)
    first.close()
    assert path.exists()
    second.close()
