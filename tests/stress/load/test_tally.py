from stress.load.tally import START_SECONDS, Crowd, Tally

PATIENCE = 35.0


def crowd_after(*lines: str) -> Crowd:
    crowd = Crowd(connections=2, patience=PATIENCE, now=0.0)
    for at, line in enumerate(lines, 1):
        assert crowd.hear(line, float(at))
    return crowd


def test_workers_are_added_up_by_their_last_word() -> None:
    crowd = crowd_after('tally 1 {"opened": 1}', 'tally 2 {"opened": 5}', 'tally 1 {"opened": 2, "over": 1}')
    assert crowd.tally == Tally(opened=7, over=1)


def test_other_lines_are_not_taken() -> None:
    assert not Crowd(1, PATIENCE, 0.0).hear("(node:1) Warning: something", 1.0)


def test_a_crowd_that_moves_is_never_still() -> None:
    crowd = crowd_after('tally 1 {"begun": 2, "opened": 1}')
    assert crowd.hear('tally 1 {"begun": 2, "opened": 2}', PATIENCE)
    assert not crowd.is_still(PATIENCE + PATIENCE - 1)


def test_a_crowd_that_says_the_same_again_is_still() -> None:
    crowd = crowd_after('tally 1 {"begun": 2, "opened": 1}')
    assert crowd.hear('tally 1 {"begun": 2, "opened": 1}', PATIENCE)
    assert crowd.is_still(PATIENCE + 1)


def test_no_patience_with_a_server_is_lost_before_it_is_asked() -> None:
    assert not crowd_after().is_still(START_SECONDS - 1)
    assert crowd_after().is_still(START_SECONDS)
    assert crowd_after('tally 1 {"begun": 1}').is_still(PATIENCE + 1)


def test_a_crowd_is_over_when_every_connection_has_ended() -> None:
    assert not crowd_after('tally 1 {"over": 1}').is_over
    assert crowd_after('tally 1 {"over": 1}', 'tally 2 {"over": 1}').is_over
