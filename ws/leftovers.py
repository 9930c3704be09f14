"""System checks: what a project that came from ws4redis still names of it, and the new value."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 - Django's name for it

CONTEXT_PROCESSOR = "ws4redis.context_processors.default"
OUR_CONTEXT_PROCESSOR = "ws.context_processors.websocket"


@register()
def check_leftovers(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001, ANN401
    """W002 the app, W003 the context processor, W004 the WSGI application of ws4redis."""
    return [*_app(), *_context_processor(), *_wsgi_application()]


def _app() -> Iterator[Warning]:
    if "ws4redis" in settings.INSTALLED_APPS:
        yield Warning(
            "INSTALLED_APPS has 'ws4redis'.",
            hint="Remove it: 'ws' takes its place. Keep it only for a ws4redis server of yours under uWSGI.",
            id="ws.W002",
        )


def _context_processor() -> Iterator[Warning]:
    for engine in settings.TEMPLATES:
        options: Any = engine.get("OPTIONS", {})
        if CONTEXT_PROCESSOR in options.get("context_processors", ()):
            yield Warning(
                f"TEMPLATES has the context processor {CONTEXT_PROCESSOR!r}.",
                hint=f"Write {OUR_CONTEXT_PROCESSOR!r}, which gives templates the same names.",
                id="ws.W003",
            )


def _wsgi_application() -> Iterator[Warning]:
    application = settings.WSGI_APPLICATION
    if application and application.startswith("ws4redis."):
        yield Warning(
            f"WSGI_APPLICATION is {application!r}, which cannot be imported on this Django.",
            hint=f"Write {_own_application()!r}, the project's own: runserver serves WebSockets beside it.",
            id="ws.W004",
        )


def _own_application() -> str:
    """Where `startproject` puts it: beside the root URLconf."""
    package = settings.ROOT_URLCONF.rpartition(".")[0]
    return f"{package}.wsgi.application" if package else "wsgi.application"
