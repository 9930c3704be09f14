"""The app of odd tables; it has no migrations, so its tables come from `run_syncdb`."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """An order desk."""

    name = "tests.shop"
    label = "shop"
    default_auto_field = "django.db.models.BigAutoField"
