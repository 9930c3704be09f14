"""A TCP proxy that breaks the wire on purpose, between our code and a real server."""

import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

BYTES_AT_ONCE = 65_536


class WireCutter:
    """Passes bytes both ways until it is told otherwise. What is cut stays cut; new connections are made anew."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 6379)
        self._listening = socket.create_server(("127.0.0.1", 0))
        login = parts.netloc.rpartition("@")[0]
        port = self._listening.getsockname()[1]
        self.url = urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{port}" if login else f"127.0.0.1:{port}"))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._times_cut = 0
        self._refuses = self._cuts_at_answer = self._cuts_at_request = False
        self._uncut_bytes = sys.maxsize
        self._unwanted = b""
        self._answers_pass = threading.Event()
        self._answers_pass.set()
        self._start(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.refuse()
        self.release()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10.0)
        self._listening.close()

    def lead_to(self, url: str) -> None:
        """Cut every connection; new ones go to another server, as after a fail-over behind one address."""
        parts = urlsplit(url)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 6379)
        self.cut()

    def refuse(self) -> None:
        """Cut every connection, and each new one as soon as it comes, until `accept`."""
        self._refuses = True
        self.cut()

    def accept(self) -> None:
        """Let new connections through again."""
        self._refuses = False

    def cut(self) -> None:
        """Cut every connection that there is."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
            self._times_cut += 1
        for pair in pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def cut_at_answer(self) -> None:
        """Let the next request through, and cut the wire before its answer, once."""
        self._cuts_at_answer = True

    def cut_at_request(self) -> None:
        """Cut the wire before the server sees the next request, once."""
        self._cuts_at_request = True

    def cut_after(self, request_bytes: int) -> None:
        """Cut the wire once the server has been sent so many more bytes, once."""
        self._uncut_bytes = request_bytes

    def hold(self) -> None:
        """Keep the server's answers back until `release`."""
        self._answers_pass.clear()

    def release(self) -> None:
        self._answers_pass.set()

    def smuggle(self, request: bytes, answer: bytes) -> None:
        """Ask the server something on every connection behind its client's back, which is not told the answer."""
        with self._lock:
            self._unwanted = answer
            for _, server in self._pairs:
                server.sendall(request)

    def _start(self, what: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=what, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            times_cut = self._times_cut
            try:
                if self._refuses:
                    raise ConnectionRefusedError
                server = socket.create_connection(self._server)
            except OSError:
                client.close()
            else:
                self._add(client, server, times_cut)

    def _add(self, client: socket.socket, server: socket.socket, times_cut: int) -> None:
        """Unless all were cut since there had been so many cuts, when the client came."""
        with self._lock:
            is_cut = self._times_cut > times_cut
            if not is_cut:
                self._pairs.append((client, server))
        if is_cut:
            client.close()
            server.close()
        else:
            self._start(self._pass_both_ways, client, server)

    def _pass_both_ways(self, client: socket.socket, server: socket.socket) -> None:
        with client, server:
            answers = self._start(self._pass_answers, server, client)
            self._pass_requests(client, server)
            answers.join()
            with self._lock, suppress(ValueError):
                self._pairs.remove((client, server))

    def _pass_requests(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(BYTES_AT_ONCE):
                if self._cuts_at_request:
                    self._cuts_at_request = False
                    self.cut()
                allowed, self._uncut_bytes = self._uncut_bytes, self._uncut_bytes - len(data)
                server.sendall(data[:allowed])
                if self._uncut_bytes < 0:
                    self._uncut_bytes = sys.maxsize
                    self.cut()
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)

    def _pass_answers(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(BYTES_AT_ONCE):
                if self._cuts_at_answer:
                    self._cuts_at_answer = False
                    self.cut()
                self._answers_pass.wait()
                if self._unwanted and self._unwanted in data:
                    data, self._unwanted = data.replace(self._unwanted, b"", 1), b""
                client.sendall(data)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
