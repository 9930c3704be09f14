from stress.chaos.logbook import Logbook

EPOCH = "WARNING rowcast.listener: a new epoch begins on 'rodan:broadcast:rodan', and clients are told to refetch: why"


def test_why_an_epoch_began_is_noted_with_what_was_being_done() -> None:
    logbook = Logbook()
    logbook.hear("listener 1", EPOCH, ["kill -9 Redis"])
    assert logbook.epochs == [("why", "kill -9 Redis")]


def test_what_no_process_may_print_is_a_fault() -> None:
    logbook = Logbook()
    for line in ("Traceback (most recent call last):", "CommandError: This server is a standby"):
        logbook.hear("listener 1", line)
    assert len(logbook.faults) == 2


def test_a_start_that_finds_no_server_is_none() -> None:
    logbook = Logbook()
    logbook.hear("listener 1", "CommandError: Redis does not answer at redis://127.0.0.1:1/0: refused")
    logbook.hear("listener 1", "ended with status 1")
    logbook.hear("listener 1", "ended with status -9")
    assert logbook.faults == []
    assert logbook.counts["ends without being killed"] == 1


def test_what_is_told_is_counted() -> None:
    logbook = Logbook()
    logbook.hear("listener 2", "taking over: 'rowcast listener 1' has not moved for 10 s")
    assert +logbook.counts == {"takeovers of a leader that did not move": 1}
