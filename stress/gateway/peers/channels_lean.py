"""Channels less what it does before a consumer gets any message: a thread that closes old connections to databases.

No setting spares that, so no application of Channels is as fast as this one. It shows what all the rest costs.
"""

import channels.consumer

from stress.gateway.peers.channels_application import application


async def close_nothing() -> None:
    """Nothing is old."""


channels.consumer.aclose_old_connections = close_nothing
__all__ = ["application"]
