"""System checks: what is wrong with ws4redis's settings and with `settings.WS`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's name for it
from django.core.management import get_commands, load_command_class

from triggers.settings import NOTIFY
from triggers.settings import load as load_triggers
from ws.access import AccessError, load_access
from ws.gateway.proxies import trusted_proxies
from ws.listener.batches import BATCH_MESSAGES
from ws.settings import WS_DEFAULTS, load

SENTINEL_HINT = "Write {'hosts': [('10.0.0.1', 26379), …], 'service': 'mymaster'}."
CLUSTER_HINT = "Write True, or {'hosts': [('10.0.0.1', 6379), …]}."

HASH_TAG = re.compile(r"^[^{]*\{[^}]+\}")
"""What stands between the first braces, if anything, decides alone about the slot (Redis Cluster specification)."""

CAPS = ("MAX_CLIENTS", "MAX_CLIENTS_PER_ADDRESS")
LIMITS = ("MAX_MESSAGE_BYTES", "MAX_MESSAGES_PER_SECOND", "HANDSHAKE_SECONDS", "MAX_UNSENT_BYTES", "TICKET_SECONDS")

CANARY_SECONDS_AT_MOST = 5
"""The session that writes them is ended by PostgreSQL when it is silent for 10 s."""
SWITCHES = ("PING_SECONDS",)
"""None switches them off."""

RUNSERVER = "ws.management.commands.runserver"


@register()
def check_settings(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001, ANN401
    """E001 the URL prefix, E002 an unknown key of WS, E003 text for a list, E004 access rules that can't be applied.

    E007 a stream that is too short, E008 a limit that is none, E009 a proxy that is neither address nor network,
    E010 a distance between canaries that is none.
    """
    return [
        *_url_errors(),
        *_unknown_keys(),
        *_list_errors(),
        *_proxy_errors(),
        *_access_errors(),
        *_stream_errors(),
        *_limit_errors(),
        *_cap_errors(),
        *_canary_errors(),
    ]


@register()
def check_redis(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001, ANN401
    """E005 hosts that are none, E006 a prefix without the hash tag that Redis Cluster needs."""
    return [*_host_errors(), *_prefix_errors()]


def _host_errors() -> Iterator[Error]:
    connection = load().connection
    sentinel, cluster = connection.get("sentinel"), connection.get("cluster")
    if sentinel and not (_names_hosts(sentinel) and sentinel.get("service")):
        yield Error(f"WS4REDIS_CONNECTION['sentinel'] is {sentinel!r}.", hint=SENTINEL_HINT, id="ws.E005")
    if cluster and cluster is not True and not _names_hosts(cluster):
        yield Error(f"WS4REDIS_CONNECTION['cluster'] is {cluster!r}.", hint=CLUSTER_HINT, id="ws.E005")
    if sentinel and cluster:
        yield Error("WS4REDIS_CONNECTION names Sentinel and a Cluster.", hint="Remove one of them.", id="ws.E005")


def _names_hosts(place: object) -> bool:
    hosts = place.get("hosts") if isinstance(place, Mapping) else None
    return isinstance(hosts, list | tuple) and bool(hosts) and all(_is_host(host) for host in hosts)


def _is_host(host: object) -> bool:
    return isinstance(host, list | tuple) and len(host) == 2


def _prefix_errors() -> Iterator[Error]:
    settings = load()
    if settings.connection.get("cluster") and not HASH_TAG.search(settings.prefix or ""):
        yield Error(
            f"WS4REDIS_PREFIX is {settings.prefix!r}, under which a Redis Cluster spreads our keys over its servers.",
            hint=f"With a hash tag they stay in one slot: WS4REDIS_PREFIX = '{{{settings.prefix or 'rowcast'}}}'.",
            id="ws.E006",
        )


def _url_errors() -> Iterator[Error]:
    url = load().websocket_url
    if not (url.startswith("/") and url.endswith("/")):
        yield Error(f"WEBSOCKET_URL is {url!r}.", hint="It begins and ends with a slash: '/ws/'.", id="ws.E001")


def _unknown_keys() -> Iterator[Error]:
    known = ", ".join(sorted(WS_DEFAULTS))
    for name in getattr(settings, "WS", {}):
        if name not in WS_DEFAULTS:
            yield Error(f"WS has the key {name!r}, which is unknown.", hint=f"Known: {known}.", id="ws.E002")


def _access_errors() -> Iterator[Error]:
    try:
        load_access(load())
    except AccessError as error:
        yield Error(str(error), hint="Nobody is let in until it is right.", id="ws.E004")


def _list_errors() -> Iterator[Error]:
    own, otherwise = load(), {"ALLOWED_ORIGINS": ", or None for pages of the same host and port", "TRUSTED_PROXIES": ""}
    for name, value in [("ALLOWED_ORIGINS", own.allowed_origins), ("TRUSTED_PROXIES", own.trusted_proxies)]:
        if isinstance(value, str):
            yield Error(
                f"WS[{name!r}] is the text {value!r}.",
                hint=f"It is a list: [{value!r}]{otherwise[name]}.",
                id="ws.E003",
            )


def _proxy_errors() -> Iterator[Error]:
    named = load().trusted_proxies
    for entry in [] if isinstance(named, str) else named:
        try:
            trusted_proxies([entry])
        except ValueError as error:
            yield Error(
                f"WS['TRUSTED_PROXIES'] has {entry!r}: {error}.",
                hint="Write the proxy's address, '10.0.0.5', a network, '10.0.0.0/8', or 'unix' for Unix sockets.",
                id="ws.E009",
            )


def _stream_errors() -> Iterator[Error]:
    number: object = load().resume_messages
    if isinstance(number, bool) or not isinstance(number, int) or number < BATCH_MESSAGES:
        yield Error(
            f"WS['RESUME_MESSAGES'] is {number!r}.",
            hint=f"It is {BATCH_MESSAGES} or more: so many may come at once, and are to be there until they are read.",
            id="ws.E007",
        )


def _limit_errors() -> Iterator[Error]:
    own = {**WS_DEFAULTS, **getattr(settings, "WS", {})}
    for name in (*LIMITS, *(name for name in SWITCHES if own[name] is not None)):
        value = own[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            yield Error(
                f"WS[{name!r}] is {value!r}.",
                hint=f"It is a number above 0, as {WS_DEFAULTS[name]} is.",
                id="ws.E008",
            )
    drain: object = own["DRAIN_SECONDS"]
    if isinstance(drain, bool) or not isinstance(drain, int | float) or drain < 0:
        yield Error(
            f"WS['DRAIN_SECONDS'] is {drain!r}.",
            hint="It is a number of seconds; at 0 a gateway that ends tells all its clients at once.",
            id="ws.E008",
        )


def _cap_errors() -> Iterator[Error]:
    own = {**WS_DEFAULTS, **getattr(settings, "WS", {})}
    for name in CAPS:
        value = own[name]
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value <= 0):
            yield Error(
                f"WS[{name!r}] is {value!r}.",
                hint="It is a whole number above 0, or None for no limit of its own.",
                id="ws.E008",
            )


def _canary_errors() -> Iterator[Error]:
    seconds: object = load().canary_seconds
    if seconds is None:
        return
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= CANARY_SECONDS_AT_MOST:
        yield Error(
            f"WS['CANARY_SECONDS'] is {seconds!r}.",
            hint=f"It is None, or a number above 0 and up to {CANARY_SECONDS_AT_MOST}; 1 finds silence within 3 s.",
            id="ws.E010",
        )
    elif load_triggers().delivery == NOTIFY:
        yield Error(
            "WS['CANARY_SECONDS'] sends rows of the change log, which TRIGGERS['DELIVERY'] = \"notify\" has not.",
            hint="Set it to None.",
            id="ws.E010",
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
