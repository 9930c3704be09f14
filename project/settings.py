"""Settings of the reference site for development; `settings_production.py` changes what differs in production."""

import os
from typing import Any

from project.environment import CHECKOUT, database, redis_connection

DEBUG = True
SECRET_KEY = "for development only: settings_production.py takes it from the environment"  # noqa: S105 - as it says
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "ws",  # before staticfiles, whose runserver ours extends
    "django.contrib.staticfiles",
    "triggers",
    "project",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ws.context_processors.websocket",
            ],
        },
    },
]
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
MIGRATION_MODULES = {"project": "migrations"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database()}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
STATIC_URL = "/static/"
STATIC_ROOT = CHECKOUT / "static"

# What is watched, and where its messages go: Rodan's names.
TRIGGERS: dict[str, Any] = {
    "WATCH": ["project", {"model": "project.Draft", "audience": {"group": "schedulers"}}],
    "DELIVERY": "durable",
    "CHANNEL": "rodan",
    "FACILITY": "rodan",
}
WEBSOCKET_URL = "/ws/"
WS4REDIS_CONNECTION = redis_connection()
WS4REDIS_PREFIX = "rodan"
WS4REDIS_EXPIRE = 3600
WS4REDIS_HEARTBEAT = "--heartbeat--"

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],  # the WebSocket too: it has the page's host and port
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"rowcast": {"handlers": ["stderr"], "level": os.environ.get("ROWCAST_LOG_LEVEL") or "INFO"}},
}
