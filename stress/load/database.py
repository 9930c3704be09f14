"""Which database the test may change rows in: the environment's, or that of a `make run` in this checkout."""

import json
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def database_url(*, server_is_local: bool) -> str | None:
    """`DATABASE_URL`; else what `make run` wrote, which serves this machine only; None where neither is known."""
    if url := os.environ.get("DATABASE_URL"):
        return url
    if not server_is_local:
        return None
    folder = Path(os.environ.get("DEVELOPMENT_FOLDER") or CHECKOUT / ".rowcast")
    try:
        urls: dict[str, str] = json.loads((folder / "servers.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return urls.get("DATABASE_URL")
