"""The app: it connects the hook and registers the checks."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TriggersConfig(AppConfig):
    """Watches the tables that `settings.TRIGGERS` names."""

    name = "triggers"
    verbose_name = "Rowcast triggers"

    def ready(self) -> None:
        from triggers import checks, message_checks  # noqa: F401, PLC0415 - registers them, once the models are loaded
        from triggers.hook import reconcile_after_migrate  # noqa: PLC0415 - as above

        post_migrate.connect(reconcile_after_migrate, sender=self, dispatch_uid="rowcast.triggers")
