"""A database router."""


class NoShop:
    """Keeps the shop out of every database."""

    def allow_migrate(self, db: str, app_label: str, **_: object) -> bool | None:  # noqa: ARG002 - Django's signature
        return False if app_label == "shop" else None
