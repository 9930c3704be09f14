"""The reference site as a Django app."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """An observatory's plan."""

    name = "project"
    verbose_name = "Observatory"
