"""A relay that speaks TLS to its clients and plain TCP to the server behind it, as a proxy does for both our ends."""

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

BYTES_AT_ONCE = 65_536
ANSWER_SECONDS = 15.0

INSTALL = "apt-get install openssl"


def make_certificate(openssl: str, folder: Path) -> Path:
    """For localhost, signed by itself; the file holds its key too."""
    file = folder / "localhost.pem"
    options = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(file), "-out", str(folder / "only")]
    subprocess.run([openssl, "req", "-x509", *options, *names], check=True, capture_output=True)
    with file.open("a", encoding="ascii") as whole:
        whole.write((folder / "only").read_text(encoding="ascii"))
    return file


@contextmanager
def tls_relay(port: int, certificate: Path) -> Iterator[int]:
    """The port of a relay to this port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(what: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever it returns
        return asyncio.run_coroutine_threadsafe(what, loop).result(ANSWER_SECONDS)

    server = run(asyncio.start_server(partial(_relay, port), "127.0.0.1", 0, ssl=context))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        run(_end(server))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(ANSWER_SECONDS)
        loop.close()


async def _relay(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    answers, requests = await asyncio.open_connection("127.0.0.1", port)
    try:
        await asyncio.gather(_pass(reader, requests), _pass(answers, writer))
    finally:
        for end in (writer, requests):
            end.transport.abort()


async def _pass(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(BYTES_AT_ONCE):
            sink.write(data)
            await sink.drain()
    sink.close()  # so that the other direction ends too


async def _end(server: asyncio.Server) -> None:
    server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
