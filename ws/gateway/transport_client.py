"""A client over one of asyncio's transports: under TLS, and where there is no epoll."""

import asyncio

from ws.gateway.tcp_client import TcpClient


class TransportClient(TcpClient, asyncio.BufferedProtocol):
    """A transport would read 256 KiB at once; this one reads into the gateway's inbox."""

    __slots__ = ()

    def get_buffer(self, _sizehint: int) -> memoryview:
        """One for all clients: what stands in it is taken in `buffer_updated`, before anybody else reads."""
        return self._host.inbox

    def buffer_updated(self, nbytes: int) -> None:
        self.data_received(bytes(self._host.inbox[:nbytes]))
