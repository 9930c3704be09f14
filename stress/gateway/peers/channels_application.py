"""Channels: a consumer that follows the facility's group, and its user's where it is asked to."""

import django
from django.conf import settings

django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402 - the apps are loaded before
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402

HEARTBEAT = settings.WS4REDIS_HEARTBEAT


class Follower(AsyncWebsocketConsumer):
    """One client."""

    groups = ["bench"]

    async def connect(self) -> None:
        user = self.scope["user"]
        if b"subscribe-user" in self.scope["query_string"] and user.is_authenticated:
            self.groups = [*self.groups, f"user.{user.get_username()}"]
            await self.channel_layer.group_add(self.groups[-1], self.channel_name)
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A heartbeat is answered, as ws4redis does it."""
        del text_data, bytes_data
        await self.send(text_data=HEARTBEAT)

    async def tell(self, message: dict[str, str]) -> None:
        """What was sent to one of its groups."""
        await self.send(text_data=message["text"])


application = AuthMiddlewareStack(Follower.as_asgi())
