"""Other people's triggers that write to their own table before ours have told of the row (PROTOCOL.md, D8).

A statement's triggers fire after its rows' triggers. What one of those writes to the same table is a statement of its
own and is told first: `updated` before `created`, `created` before `deleted`. Pure: source text in, an opinion out.
"""

import re
from collections.abc import Iterable

from triggers.facts import EarlierTrigger

HINT = (
    "Let it change NEW in a BEFORE trigger; or fire later: as a CONSTRAINT TRIGGER … DEFERRABLE INITIALLY DEFERRED,"
    " or FOR EACH STATEMENT under a name that comes after 'rowcast_'. If it never writes to the rows that fire it,"
    " silence this."
)
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
OWN_TABLE = re.compile(r"\b(TG_TABLE_NAME|TG_RELNAME|TG_RELID)\b", re.IGNORECASE)
DYNAMIC = re.compile(r"\bEXECUTE\b", re.IGNORECASE)
WRITE = r"\b(INSERT\s+INTO|MERGE\s+INTO(\s+ONLY)?|UPDATE(\s+ONLY)?|DELETE\s+FROM(\s+ONLY)?)\s+"
SCHEMA = r'(("([^"]|"")+"|[\w$]+)\s*\.\s*)?'


def writers(triggers: Iterable[EarlierTrigger], names: dict[int, set[str]]) -> list[EarlierTrigger]:
    """Those whose function could write to their table, which goes by these names, by its oid."""
    return [it for it in triggers if could_write(it.source, names[it.table_oid])]


def could_write(source: str, names: Iterable[str]) -> bool:
    """Whether this text writes to a table of these names, or puts together statements for it, as far as one can see.

    What the functions that it calls do is not seen.
    """
    text = COMMENT.sub(" ", source)
    named = "|".join(_named(name) for name in names)
    if re.search(f"{WRITE}{SCHEMA}({named})", text, re.IGNORECASE):
        return True
    return DYNAMIC.search(text) is not None and (
        OWN_TABLE.search(text) is not None or re.search(named, text, re.IGNORECASE) is not None
    )


def _named(name: str) -> str:
    """A pattern for the whole name, quoted or not."""
    doubled = name.replace('"', '""')
    return rf'(?<![\w$])"?{re.escape(doubled)}"?(?![\w$"])'
