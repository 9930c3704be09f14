"""A real Valkey, or the Redis that `REDIS_SERVER` names, in a folder of ours: its data kept, a password before it."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from secrets import token_hex

import redis

from project.development.programs import ServerError, kept_port, log_tail, redis_server, start

START_SECONDS = 15.0
STOP_SECONDS = 10.0


class Valkey:
    """One server; `lines` are added to its configuration."""

    def __init__(self, folder: Path, lines: Sequence[str] = (), *, is_sentinel: bool = False) -> None:
        self._folder = folder
        self._lines = lines
        self._arguments = ["--sentinel"] if is_sentinel else []
        self._log = folder / "valkey.log"
        self._program = redis_server()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://:{self.password()}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and return when it answers. Raises ServerError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._stop_leftover()
        self.port = kept_port(self._folder / "port")
        configuration = self._folder / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password()}\ndir "{self._folder}"\n'
            f'appendonly yes\npidfile "{self._pid_file}"\ndaemonize no\n'
            + "".join(f"{line}\n" for line in self._lines),
            encoding="utf-8",
        )
        self._process = start([str(self._program), str(configuration), *self._arguments], self._log)
        self._pid_file.write_text(str(self._process.pid), encoding="ascii")
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Stop it; its data are on disk."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it without a word; what it wrote to its files stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def wait(self) -> int:
        """Block until it ends; its exit status."""
        assert self._process is not None, "not started"
        return self._process.wait()

    def password(self) -> str:
        """Made once: without it any account of this machine could talk to the server."""
        file = self._folder / "password"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(token_hex(16), encoding="ascii")
        return file.read_text(encoding="ascii")

    @property
    def _pid_file(self) -> Path:
        return self._folder / "valkey.pid"

    def _stop_leftover(self) -> None:
        """End a server whose supervisor was killed: two must not write the same files. It answers to our password."""
        if not self._pid_file.exists() or not (self._folder / "port").exists():
            return
        self.port = int((self._folder / "port").read_text(encoding="ascii"))
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                pid = client.info("server")["process_id"]
                if pid == int(self._pid_file.read_text(encoding="ascii")):
                    os.kill(pid, signal.SIGTERM)
                    self._wait_until_gone(pid)
        except redis.RedisError:
            self._pid_file.unlink(missing_ok=True)

    def _wait_until_gone(self, pid: int) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)
        raise ServerError(f"An earlier server (pid {pid}) in {self._folder} does not end.")

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                    client.ping()
            except redis.RedisError as error:
                if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                    raise ServerError(f"Valkey did not start: {error}\n{log_tail(self._log)}") from error
                time.sleep(0.02)
            else:
                return
