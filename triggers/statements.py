"""The SQL of this app, one statement a file in `sql/`, read once."""

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> str:
    """The text of `sql/<name>.sql`, which may stand within another."""
    return files("triggers").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8").rstrip("\n")
