"""System checks: what is wrong with ws4redis's settings and with `settings.WS`."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's name for it
from django.core.management import get_commands, load_command_class

from ws.settings import WS_DEFAULTS, load

NOT_SERVED = ("WS4REDIS_ALLOWED_CHANNELS", "WS4REDIS_PROCESS_REQUEST", "WS4REDIS_SUBSCRIBER")
"""ws4redis's settings that decide who may see what; passing over one in silence would open what was closed."""

RUNSERVER = "ws.management.commands.runserver"


@register()
def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001, ANN401
    """E001 the URL prefix, E002 an unknown key of WS, E003 text for a list, E004 access rules that are not served."""
    return [*_url_errors(), *_unknown_keys(), *_origin_errors(), *_unserved_errors()]


def _url_errors() -> Iterator[Error]:
    url = load().websocket_url
    if not (url.startswith("/") and url.endswith("/")):
        yield Error(f"WEBSOCKET_URL is {url!r}.", hint="It begins and ends with a slash: '/ws/'.", id="ws.E001")


def _unknown_keys() -> Iterator[Error]:
    known = ", ".join(sorted(WS_DEFAULTS))
    for name in getattr(settings, "WS", {}):
        if name not in WS_DEFAULTS:
            yield Error(f"WS has the key {name!r}, which is unknown.", hint=f"Known: {known}.", id="ws.E002")


def _unserved_errors() -> Iterator[Error]:
    for name in NOT_SERVED:
        if getattr(settings, name, None) is not None:
            yield Error(
                f"{name} is set, but the gateway does not read it: everybody may follow every facility.",
                hint="Keep ws4redis's own server until Rowcast serves this, or remove the setting.",
                id="ws.E004",
            )


def _origin_errors() -> Iterator[Error]:
    origins = load().allowed_origins
    if isinstance(origins, str):
        yield Error(
            f"WS['ALLOWED_ORIGINS'] is the text {origins!r}.",
            hint=f"It is a list: [{origins!r}], or None for pages of the same host and port.",
            id="ws.E003",
        )


@register()
def check_runserver(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001, ANN401
    """W001 another app's `runserver` stands before ours, and does not extend it."""
    app = get_commands()["runserver"]
    if app == "ws" or RUNSERVER in {kind.__module__ for kind in type(load_command_class(app, "runserver")).__mro__}:
        return []
    return [
        Warning(
            f"`manage.py runserver` is that of {app!r}, which serves no WebSockets.",
            hint=f"Put 'ws' before {app!r} in INSTALLED_APPS, or start rungateway behind the same proxy.",
            id="ws.W001",
        )
    ]
