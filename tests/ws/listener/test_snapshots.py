"""Snapshots: as PostgreSQL writes them, and as they are stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ws.listener.snapshots import Snapshot

XIDS = st.integers(min_value=3, max_value=60)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    xmax = draw(XIDS)
    running = draw(st.sets(st.integers(min_value=1, max_value=xmax - 1)))
    return Snapshot(xmax, tuple(sorted(running)))


@pytest.mark.parametrize(
    ("text", "snapshot"),
    [("10:20:10,14", Snapshot(20, (10, 14))), ("20:20:", Snapshot(20)), ("3:9:5,3", Snapshot(9, (3, 5)))],
)
def test_a_snapshot_is_read_as_postgresql_writes_it(text: str, snapshot: Snapshot) -> None:
    assert Snapshot.parse(text) == snapshot


@pytest.mark.parametrize("text", ["", "10", "10:20", "10:x:", "10:20:a", "10:20:11:12"])
def test_what_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"unpack|invalid literal"):
        Snapshot.parse(text)


@given(snapshots())
def test_its_text_says_all_of_it(snapshot: Snapshot) -> None:
    assert Snapshot.parse(str(snapshot)) == snapshot


@given(snapshots(), XIDS)
def test_it_saw_the_end_of_all_below_xmax_that_do_not_run(snapshot: Snapshot, xid: int) -> None:
    assert snapshot.saw(xid) == (xid < snapshot.xmax and xid not in snapshot.running)


@given(snapshots())
def test_it_saw_the_end_of_all_below_xmin(snapshot: Snapshot) -> None:
    assert all(snapshot.saw(xid) for xid in range(snapshot.xmin))
    assert not snapshot.saw(snapshot.xmin)


@given(snapshots(), XIDS, XIDS)
def test_a_canonical_snapshot_saw_the_same_below_its_xmax_and_nothing_above(
    snapshot: Snapshot, xmax: int, xid: int
) -> None:
    """C3: a crash gives transaction ids out again that only aborted, or wrote nothing to the log."""
    lower = min(xmax, snapshot.xmax)
    assert snapshot.canonical(lower).saw(xid) == (xid < lower and snapshot.saw(xid))


@given(snapshots(), XIDS)
def test_a_canonical_snapshot_is_written_alike(snapshot: Snapshot, xmax: int) -> None:
    canonical = snapshot.canonical(min(xmax, snapshot.xmax))
    assert Snapshot.parse(str(canonical)) == canonical
