"""The embedded PostgreSQL: made whole, kept, taken up again."""

from pathlib import Path

import psycopg2
import pytest

from project.development.postgres import Postgres
from project.development.programs import ServerError


@pytest.fixture
def stopped(tmp_path: Path) -> Postgres:
    return Postgres(tmp_path / "postgres", options={"fsync": "off"})


def test_a_first_start_that_was_killed_leaves_nothing_in_the_way(stopped: Postgres, tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres" / "unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n", encoding="ascii")
    stopped.start()
    psycopg2.connect(stopped.owner_url).close()
    stopped.stop()


def test_its_owner_is_no_superuser_and_a_wrong_password_is_refused(stopped: Postgres) -> None:
    stopped.start()
    connection = psycopg2.connect(stopped.owner_url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
    connection.close()
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(stopped.owner_url, password="wrong")  # noqa: S106 - that is the point
    stopped.stop()


def test_data_of_another_major_version_are_refused_with_the_remedy(stopped: Postgres, tmp_path: Path) -> None:
    stopped.start()
    stopped.stop()
    (tmp_path / "postgres" / "data" / "PG_VERSION").write_text("9\n", encoding="ascii")
    with pytest.raises(ServerError, match="was made by PostgreSQL 9") as refused:
        stopped.start()
    assert "POSTGRES_BIN" in str(refused.value)
