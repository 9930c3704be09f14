"""The superuser of the development database: its name, its password, and where that is kept."""

from pathlib import Path
from secrets import token_urlsafe

from project.environment import DEVELOPMENT_FOLDER

NAME = "admin"
PASSWORD_FILE = DEVELOPMENT_FOLDER / "admin_password"


def password(file: Path = PASSWORD_FILE) -> str:
    """Made once: another account of this machine reaches the site too."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(token_urlsafe(9), encoding="ascii")
    return file.read_text(encoding="ascii")
