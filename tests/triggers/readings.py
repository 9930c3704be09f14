"""Rows of the partitioned table that the fixture `readings` makes."""

from uuid import UUID

from tests.triggers.conftest import run
from tests.triggers.ears import Ear

MOVE = "WHEN MATCHED THEN UPDATE SET region = wish.region"
RESYNC = ("resync", None)


def write(region: str, *keys: int, table: str = "shop_reading") -> None:
    for key in keys:
        run(f"INSERT INTO {table} (id, region) VALUES (%s, %s)", UUID(int=key), region)


def key(number: int) -> str:
    return f"'{UUID(int=number)}'"


def merge(source: str, *actions: str) -> None:
    wish = f"USING (VALUES {source}) AS wish (id, region) ON shop_reading.id = wish.id"
    run(f"MERGE INTO shop_reading {wish} {' '.join(actions)}")


def heard(ear: Ear) -> list[tuple[str, int | None]]:
    """Status and key of every message, in order."""
    return [(it["status"], it["uuid"] and UUID(it["uuid"]).int) for it in ear.messages()]
