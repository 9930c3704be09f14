"""Where to listen, as text."""

from argparse import ArgumentTypeError

import pytest

from ws.keeper.addresses import Address, TcpAddress, UnixAddress, address


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("127.0.0.1:8001", TcpAddress("127.0.0.1", 8001)),
        (":8001", TcpAddress("", 8001)),
        ("[::1]:8001", TcpAddress("::1", 8001)),
        ("localhost:0", TcpAddress("localhost", 0)),
        ("unix:/run/rowcast.sock", UnixAddress("/run/rowcast.sock")),
    ],
)
def test_an_address_is_read_and_written(text: str, meant: Address) -> None:
    assert address(text) == meant
    assert str(meant) == text


@pytest.mark.parametrize("text", ["8001", "host:", "host:65536", "host:http", "host:-1", ""])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="write HOST:PORT"):
        address(text)


def test_a_path_that_is_not_whole_is_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="write the whole path"):
        address("unix:rowcast.sock")


def test_a_path_that_no_socket_can_have_is_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="103 bytes"):
        address(f"unix:/{'ü' * 60}")
