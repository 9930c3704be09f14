"""What is left of ws4redis in a project's settings is found, and the new value is told."""

import pytest
from django.core.checks import CheckMessage
from django.core.management import call_command
from pytest_django import Settings

from ws.leftovers import check_leftovers


def told(*, id: str) -> CheckMessage:  # noqa: A002 - as Django calls it
    (message,) = check_leftovers(None)
    assert message.id == id
    return message


def test_the_reference_site_has_nothing_left() -> None:
    assert check_leftovers(None) == []


def test_the_app_is_w002(settings: Settings) -> None:
    """Compatibility P11."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "ws4redis"]
    message = told(id="ws.W002")
    assert "'ws4redis'" in message.msg
    assert "uWSGI" in (message.hint or "")


def test_the_context_processor_is_w003(settings: Settings) -> None:
    """Compatibility P12."""
    options = {"context_processors": ["ws4redis.context_processors.default"]}
    backend = "django.template.backends.django.DjangoTemplates"
    settings.TEMPLATES = [{"BACKEND": backend, "OPTIONS": {}}, {"BACKEND": backend, "OPTIONS": options}]
    assert "'ws.context_processors.websocket'" in (told(id="ws.W003").hint or "")


@pytest.mark.parametrize(
    ("urls", "ours"), [("shop.site.urls", "shop.site.wsgi.application"), ("urls", "wsgi.application")]
)
def test_the_wsgi_application_is_w004(settings: Settings, urls: str, ours: str) -> None:
    """Compatibility P13."""
    settings.WSGI_APPLICATION, settings.ROOT_URLCONF = "ws4redis.django_runserver.application", urls
    assert f"'{ours}'" in (told(id="ws.W004").hint or "")


def test_ws4redis_subscriber_may_be_named(settings: Settings) -> None:
    settings.WS4REDIS_SUBSCRIBER = "ws4redis.subscriber.RedisSubscriber"
    assert check_leftovers(None) == []


def test_manage_check_runs_it(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.WSGI_APPLICATION = "ws4redis.django_runserver.application"
    call_command("check")
    assert "ws.W004" in capsys.readouterr().err
