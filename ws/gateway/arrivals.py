"""Who comes in, and who is turned away at the door: counts, and says where a proxy was not named."""

import asyncio

from ws.gateway.client import Client
from ws.gateway.crowd import Crowd
from ws.gateway.descriptors import most_clients
from ws.gateway.handshake import refusal
from ws.gateway.observations import HandshakeRefused, ProxyNotNamed
from ws.gateway.proxies import Asker, TrustedProxies, counted_as
from ws.gateway.query import RefusedError
from ws.gateway.turned_away import TurnedAway
from ws.observation import Observe
from ws.settings import WsSettings


class Arrivals:
    """Of one process."""

    def __init__(self, settings: WsSettings, trusted: TrustedProxies, observe: Observe) -> None:
        possible = [limit for limit in (settings.max_clients, most_clients()) if limit is not None]
        self.crowd = Crowd(min(possible, default=None), settings.max_clients_per_address)
        self._trusted = trusted
        self._observe = observe
        self._turned_away = TurnedAway()
        self._has_told_of_proxy = False

    def arrive(self, client: Client) -> None:
        """It was accepted. Raises RefusedError where there is no place."""
        self.crowd.enter()
        try:
            self._count(client, client.address)
        except RefusedError:
            self.crowd.leave(None)
            raise

    def recognise(self, client: Client, asker: Asker) -> None:
        """Its request says who it is. Raises RefusedError where there are too many of its address."""
        if asker.is_unheard and not self._has_told_of_proxy:
            self._has_told_of_proxy = True
            self._observe(ProxyNotNamed(client.peer, asker.address))
        if asker.is_forwarded:
            self._count(client, asker.address)

    def leave(self, client: Client) -> None:
        """Who has arrived has ended."""
        self.crowd.leave(client.counted_as)

    def turn_away(self, peer: str, transport: asyncio.Transport, error: RefusedError) -> None:
        """This connection of somebody's who could not arrive."""
        self._observe(HandshakeRefused(peer, error.status, error.reason))
        self._turned_away.add(transport, refusal(error).data)

    def _count(self, client: Client, address: str) -> None:
        name = counted_as(address, self._trusted)
        if name is not None:
            self.crowd.enter_as(name)
            client.counted_as = name
