"""`update_signal`: WebSocket-in-Django's, but whichever process sends it, it reaches all clients of a facility."""

from django.dispatch import Signal

from triggers.settings import load as load_triggers
from ws.publisher import publish

update_signal = Signal()
"""`update_signal.send(sender, msg=…)`; also `facility=`, `using=`, as `ws.publisher.publish` takes them.

The facility is that of TRIGGERS where none is named.
"""


def publish_update(
    sender: object,  # noqa: ARG001 - whoever it is
    *,
    msg: object,
    facility: str | None = None,
    using: str | None = None,
    **_: object,
) -> None:
    """The receiver: publishes after the commit, to everybody."""
    publish(load_triggers().facility if facility is None else facility, msg, using=using)
