"""The site's own rules about who may do what: from names in the settings to what can be called.

A name that cannot be imported is an error, where ws4redis lets everybody do everything.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from ws.settings import SUBSCRIBER, Callback, WsSettings
from ws.subscriber import RedisSubscriber


class AccessError(ImproperlyConfigured):
    """A rule that cannot be applied; the message names the setting, and says what it should be."""


@dataclass(frozen=True, slots=True)
class Access:
    """What decides about a client."""

    words: frozenset[str]
    """Those of the query that are understood, beside `echo`."""
    process_request: Callback | None
    allowed_channels: Callback | None
    allow_publish: Callback | bool

    @property
    def asks_the_site(self) -> bool:
        """A callable of the site's decides, and may read anything of a request."""
        return bool(self.process_request or self.allowed_channels) or not isinstance(self.allow_publish, bool)


def load_access(settings: WsSettings) -> Access:
    """Raises AccessError."""
    publish = settings.allow_publish
    return Access(
        words=_words(settings.subscriber),
        process_request=_callable("WS4REDIS_PROCESS_REQUEST", settings.process_request),
        allowed_channels=_callable("WS4REDIS_ALLOWED_CHANNELS", settings.allowed_channels),
        allow_publish=publish if isinstance(publish, bool) else _callable("WS['ALLOW_PUBLISH']", publish) or False,
    )


def _words(path: str) -> frozenset[str]:
    kind = RedisSubscriber if path == SUBSCRIBER else _imported("WS4REDIS_SUBSCRIBER", path)
    try:
        return frozenset([*kind.subscription_channels, *kind.publish_channels])
    except (AttributeError, TypeError) as error:
        raise AccessError(
            f"WS4REDIS_SUBSCRIBER is {path!r}, which has no lists subscription_channels and publish_channels: derive it"
            " from ws.subscriber.RedisSubscriber."
        ) from error


def _callable(name: str, value: object) -> Callback | None:
    found: Any = _imported(name, value) if isinstance(value, str) else value
    if found is not None and not callable(found):
        raise AccessError(f"{name} is {value!r}, which cannot be called: write a function, or its dotted path.")
    callback: Callback | None = found
    return callback


def _imported(name: str, path: str) -> Any:  # noqa: ANN401 - whatever stands there
    try:
        return import_string(path)
    except ImportError as error:
        raise AccessError(f"{name} is {path!r}, which cannot be imported: {error}") from error
