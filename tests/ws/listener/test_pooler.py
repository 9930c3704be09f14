"""Whether rings arrive, asked of a real PostgreSQL, straight and through a real PgBouncer (PITFALLS 52)."""

from pathlib import Path

from psycopg2.extensions import parse_dsn

from tests.conftest import ProgramRequirement
from tests.pooler import INSTALL, Pooler
from ws.listener.pooler import hears_itself


def test_straight_to_postgresql_a_ring_arrives(database_url: str) -> None:
    assert hears_itself(parse_dsn(database_url))


def test_through_a_transaction_pooler_none_does(
    require_program: ProgramRequirement, tmp_path: Path, database_url: str
) -> None:
    program = require_program(["pgbouncer", "/usr/sbin/pgbouncer"], INSTALL)
    with Pooler(program, tmp_path, database_url) as pooler:
        assert not hears_itself(parse_dsn(pooler.url))
