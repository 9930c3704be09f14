"""The app: it registers the checks, connects the signal, and brings the commands and the browser client."""

from django.apps import AppConfig


class WsConfig(AppConfig):
    """Listener and gateway."""

    name = "ws"
    verbose_name = "Rowcast WebSockets"

    def ready(self) -> None:
        from ws import checks, leftovers  # noqa: F401, PLC0415 - registers them, once the settings are loaded
        from ws.signals import publish_update, update_signal  # noqa: PLC0415 - as above

        update_signal.connect(publish_update, dispatch_uid="rowcast.ws")
