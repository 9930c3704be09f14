from stress.chaos.changes import RowChange
from stress.chaos.ledger import Ledger


def test_it_knows_each_rows_changes_whatever_their_order() -> None:
    ledger = Ledger(3)
    ledger.add(2, "updated", [0, 1], [2, 1])
    ledger.add(1, "created", [0], [1])
    assert (ledger.changes, ledger.last, ledger.transactions) == (3, [2, 1, 0], {1, 2})
    assert ledger.has(RowChange(0, 1, "created"))
    assert not ledger.has(RowChange(0, 1, "deleted"))
    assert not ledger.has(RowChange(2, 1, "created"))
    assert not ledger.has(RowChange(9, 1, "created"))
    assert list(ledger.faults()) == []


def test_a_change_that_it_lacks_or_has_twice_is_told() -> None:
    ledger = Ledger(2)
    ledger.add(1, "updated", [0, 1, 1], [2, 1, 1])
    assert list(ledger.faults()) == [
        "the ledger has change 1 of row 1 (updated) twice",
        "the ledger lacks change 1 of row 0",
    ]
