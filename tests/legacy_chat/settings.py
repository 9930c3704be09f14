"""Everything that ws4redis can be told, beside an ordinary Django project."""

import os
from pathlib import Path

import dj_database_url

DEBUG = True
SECRET_KEY = "of a chat for tests"  # noqa: S105 - as it says
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "legacy_chat.urls"
DATABASES = {"default": dj_database_url.config()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/login/"
STATIC_URL = "/static/"
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ws4redis",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.static",
                "django.contrib.auth.context_processors.auth",
                "ws4redis.context_processors.default",
            ],
        },
    },
]

WSGI_APPLICATION = "ws4redis.django_runserver.application"
WEBSOCKET_URL = "/ws/"
WS4REDIS_CONNECTION = {
    "host": os.environ["REDIS_HOST"],
    "port": int(os.environ["REDIS_PORT"]),
    "db": 0,
    "password": os.environ["REDIS_PASSWORD"],
}
WS4REDIS_PREFIX = "chat"
WS4REDIS_EXPIRE = 60
WS4REDIS_HEARTBEAT = "--heartbeat--"
WS4REDIS_SUBSCRIBER = "ws4redis.subscriber.RedisSubscriber"
WS4REDIS_ALLOWED_CHANNELS = "legacy_chat.access.allowed_channels"
