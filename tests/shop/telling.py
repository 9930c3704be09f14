"""Functions of the site's, as the settings name them."""

from ws.listener.changes import Change

NOTHING = None


def told(change: Change) -> dict[str, object]:
    """A message of our own."""
    return {"what": change.status, "which": change.key, **change.carried}


def readers(change: Change) -> list[tuple[str, str]]:
    """The user whose name the row carries."""
    return [("user", change.carried["text"])]
