"""What happens to many changes alike is told together."""

from tests.ws.observed import Observed
from ws.listener.message_observations import AudienceFailed, FormatFailed
from ws.listener.tally import TELL_SECONDS, Tally

ODD, ODDER = FormatFailed("shop.order", "odd"), FormatFailed("shop.order", "odder")


def test_the_first_is_told_at_once_and_those_after_it_together(observed: Observed) -> None:
    tally = Tally(observed)
    for now in (0.0, 1.0, 2.0, TELL_SECONDS):
        tally.note(ODD)
        tally.note(ODDER)
        tally.tell_due(now)
    assert [(told.error, told.changes) for told in observed.of(FormatFailed)] == [("odder", 2), ("odder", 6)]


def test_each_kind_and_model_is_told_for_itself(observed: Observed) -> None:
    tally = Tally(observed)
    for met in (ODD, AudienceFailed("shop.order", "odd"), FormatFailed("shop.item", "odd")):
        tally.note(met)
    tally.tell_due(0.0)
    assert len(observed.of(FormatFailed)) == 2
    assert len(observed.of(AudienceFailed)) == 1


def test_nothing_is_left_untold_at_the_end(observed: Observed) -> None:
    tally = Tally(observed)
    for _ in range(2):
        tally.note(ODD)
        tally.tell_due(0.0)
    tally.tell_all()
    assert [told.changes for told in observed.of(FormatFailed)] == [1, 1]


def test_what_was_told_says_how_many_changes_it_was() -> None:
    assert str(FormatFailed("shop.order", "odd", 7)).startswith("7 changes of shop.order are told in Rodan's words")
