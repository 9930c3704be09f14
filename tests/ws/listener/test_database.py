"""Which databases a listener refuses, and what it says to do."""

import pytest

from tests.ws.listener.change_log import ChangeLog
from ws.listener.database import UnfitDatabaseError


def test_a_log_of_the_listeners_own_format_is_read(log: ChangeLog) -> None:
    assert log.open_database().place.schema == log.schema


def test_a_log_of_a_newer_format_is_refused_with_the_remedy(log: ChangeLog) -> None:
    log.ask("COMMENT ON TABLE rowcast_log IS 'Rowcast change log, format 2'")
    with pytest.raises(UnfitDatabaseError, match=r"format 2', .* reads format 1 .*: bring it up to date"):
        log.open_database()


@pytest.mark.parametrize("comment", ["NULL", "'my log'", "'Rowcast change log, format x'"])
def test_a_table_that_only_has_the_logs_name_is_refused(log: ChangeLog, comment: str) -> None:
    log.ask(f"COMMENT ON TABLE rowcast_log IS {comment}")
    with pytest.raises(UnfitDatabaseError, match="The change log is "):
        log.open_database()


def test_a_database_without_a_log_is_refused_with_the_remedy(log: ChangeLog) -> None:
    log.ask("DROP TABLE rowcast_log")
    with pytest.raises(UnfitDatabaseError, match=r"no change log, which `python manage\.py migrate` makes"):
        log.open_database()
