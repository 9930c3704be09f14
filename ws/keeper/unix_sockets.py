"""A socket in the file system: whoever may write to its file may connect.

A file that a dead process left is replaced; one behind which somebody listens is not.
"""

import os
import socket
import stat
from pathlib import Path

from ws.keeper.addresses import UnixAddress
from ws.keeper.listener import WAITING_TO_BE_ACCEPTED, CannotListenError, Listener

OTHER_PATH = "Remove it, or choose another path: --bind unix:/run/rowcast/gateway.sock"
FOLDER = (
    "Its folder must exist, and the gateway's user be allowed to write to it; RuntimeDirectory=rowcast in a unit of"
    " systemd makes /run/rowcast."
)


class UnixListener(Listener):
    """One that takes its file with it."""

    def __init__(self, made: socket.socket, path: Path) -> None:
        super().__init__([made])
        self._path = path
        self._file = _identity(path)

    def close(self) -> None:
        super().close()
        if self._file is not None and _identity(self._path) == self._file:
            self._path.unlink()
        self._file = None


def listen(address: UnixAddress, mode: int) -> list[Listener]:
    """With these rights on the file, from the start. Raises CannotListenError."""
    _remove_leftover(address)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o777 ^ mode)
    try:
        made.bind(address.path)
    except OSError as error:
        made.close()
        raise CannotListenError(address, str(error.strerror), FOLDER) from error
    finally:
        os.umask(before)
    made.listen(WAITING_TO_BE_ACCEPTED)
    return [UnixListener(made, Path(address.path))]


def _remove_leftover(address: UnixAddress) -> None:
    """Of a process that was killed, say. Raises CannotListenError for anything else."""
    path = Path(address.path)
    try:
        mode = path.lstat().st_mode
    except OSError:
        return
    if not stat.S_ISSOCK(mode):
        raise CannotListenError(address, "that file is there, and is no socket", OTHER_PATH)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as visitor:
        try:
            visitor.connect(address.path)
        except ConnectionRefusedError:
            path.unlink()
        except OSError as error:
            why = f"nobody knows whether somebody listens there ({error.strerror})"
            raise CannotListenError(address, why, OTHER_PATH) from error
        else:
            raise CannotListenError(
                address,
                "somebody listens there",
                "End that process, or choose another path: --bind unix:/run/rowcast/gateway.sock",
            )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
