"""The SQL of `sql/`, read once."""

from functools import cache
from importlib.resources import files

_FOLDER = files("stress.chaos") / "sql"


@cache
def statement(name: str) -> str:
    """The statement in the file of this name."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
