"""WebSocket servers that are not ours: each does what its test needs a gateway to do."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from websockets.sync.server import ServerConnection, serve


@contextmanager
def listening(answer: Callable[[ServerConnection], None]) -> Iterator[str]:
    """The address of a server that answers every client so, in a thread of the client's own."""
    with serve(answer, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield "ws://127.0.0.1:{1}/".format(*server.socket.getsockname())
    thread.join()


def close_at_once(client: ServerConnection) -> None:
    """With the code that the client's query names."""
    assert client.request is not None
    client.close(int(client.request.path.partition("?")[2]))


def close_when_told(client: ServerConnection) -> None:
    """With the code that the client says."""
    for code in client:
        client.close(int(code))


def repeat(client: ServerConnection) -> None:
    """Say whatever the client says."""
    for message in client:
        client.send(message)


def keep(heard: SimpleQueue[str | bytes | None]) -> Callable[[ServerConnection], None]:
    """An answer that says nothing, and keeps what the client says; None: it has ended."""

    def answer(client: ServerConnection) -> None:
        for message in client:
            heard.put(message)
        heard.put(None)

    return answer
