"""A standby that is promoted, the old primary, and restored dumps: who may publish, and in which epoch."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import redis

from tests.postgres_servers import FragilePostgres
from tests.ws.listener.change_log import ChangeLog
from tests.ws.listener.conftest import MakeReader
from tests.ws.listener.reader import Reader
from tests.ws.observed import wait_until
from ws.listener.database import UnfitDatabaseError
from ws.listener.log_observations import ForeignRowsRemoved
from ws.listener.publication import SuccessionError


@pytest.fixture
def log(fragile: FragilePostgres) -> Iterator[ChangeLog]:
    """On a server of which there may be copies."""
    with ChangeLog(fragile.owner_url) as made:
        yield made


@pytest.fixture
def standby(tmp_path: Path, fragile: FragilePostgres, log: ChangeLog, reader: Reader) -> Iterator[FragilePostgres]:
    """One that has what the primary has; a change was told."""
    log.tell("before")
    reader.read()
    with fragile.standby(tmp_path / "standby") as made:
        with closing(log.at(made.owner_url)) as copy:
            wait_until(lambda: copy.keys() == ["before"])
        yield made


def test_a_standby_is_no_place_to_publish_from(log: ChangeLog, standby: FragilePostgres) -> None:
    with (
        closing(log.at(standby.owner_url)) as copy,
        pytest.raises(UnfitDatabaseError, match="standby: point DATABASES at the primary"),
    ):
        copy.open_database()


def test_a_promoted_standby_begins_an_epoch_and_the_old_primary_is_refused(
    log: ChangeLog, standby: FragilePostgres, reader: Reader
) -> None:
    """C5, C6, PITFALLS 61: its transaction ids may have been read before; and two primaries would mix."""
    standby.promote()
    with closing(log.at(standby.owner_url)) as promoted:
        reader.follow(promoted)
        assert "promoted: timeline 1 is now 2" in reader.reasons()[-1]
        promoted.tell("after")
        reader.read()
        assert reader.told() == ["after"]
        log.tell("on the old one")
        with pytest.raises(SuccessionError, match=r"timeline 2, and this server is on 1.*\n.*--adopt"):
            reader.follow(log)
        reader.close()
    assert reader.told() == ["after"]


def test_who_adopts_the_old_primary_begins_an_epoch(
    log: ChangeLog, standby: FragilePostgres, reader: Reader, make_reader: MakeReader
) -> None:
    standby.promote()
    with closing(log.at(standby.owner_url)) as promoted:
        reader.follow(promoted)
        reader.close()
    adopting = make_reader(is_adopting=True)
    assert "adopted" in adopting.reasons()[-1]
    log.tell("after")
    adopting.read()
    assert adopting.told() == ["after"]


@contextmanager
def restored(fragile: FragilePostgres, log: ChangeLog, folder: Path, *, is_same_cluster: bool) -> Iterator[ChangeLog]:
    """A dump of the log, restored in another database of the cluster, or in another cluster."""
    with ExitStack() as cleanup:
        server = fragile if is_same_cluster else cleanup.enter_context(FragilePostgres(folder / "another"))
        yield cleanup.enter_context(closing(log.at(server.load(fragile.dump(), "restored"))))


@pytest.mark.parametrize("is_same_cluster", [True, False])
def test_a_restored_dump_is_refused_unless_it_is_adopted(
    tmp_path: Path,
    log: ChangeLog,
    fragile: FragilePostgres,
    make_reader: MakeReader,
    is_same_cluster: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """C6: as for staging, it would publish into production."""
    reader = make_reader()
    log.tell("before")
    reader.read()
    with restored(fragile, log, tmp_path, is_same_cluster=is_same_cluster) as copy:
        with pytest.raises(SuccessionError, match=r"published by another database.*\n.*--adopt"):
            make_reader(of=copy)
        adopting = make_reader(of=copy, is_adopting=True)
        copy.tell("after")
        adopting.carrier.drain()
        adopting.carrier.drain()
        assert adopting.told() == ["after"]
        adopting.close()
    with pytest.raises(SuccessionError, match="published by another database"):
        reader.begin_anew()


def test_rows_that_a_dump_brought_from_another_cluster_are_removed(
    tmp_path: Path, log: ChangeLog, fragile: FragilePostgres, make_reader: MakeReader, server: redis.Redis
) -> None:
    """C8: their transactions are still to come here, so that they would be read again at every drain."""
    server.flushdb()
    for _ in range(500):
        log.ask("BEGIN; SELECT pg_current_xact_id(); ROLLBACK")
    log.tell("foreign")
    with restored(fragile, log, tmp_path, is_same_cluster=False) as copy:
        assert copy.keys() == ["foreign"]
        reader = make_reader(of=copy)
        copy.tell("after")
        reader.carrier.drain()
        reader.carrier.drain()
        assert (reader.told(), copy.keys()) == (["after"], ["after"])
        assert reader.observed.of(ForeignRowsRemoved) == [ForeignRowsRemoved(1)]
        reader.close()
