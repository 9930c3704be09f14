"""All frames in a row."""

import json

from stress.restarts.tape import FIRST_SEQ, Tape, message, text_frame


def test_a_message_carries_its_seq() -> None:
    assert json.loads(message(4711))["seq"] == 4711


def test_it_agrees_with_what_was_published_in_order() -> None:
    tape, frames = Tape(), [text_frame(message(seq)) for seq in range(FIRST_SEQ, 2500)]
    assert tape.agrees(0, b"".join(frames))
    assert tape.agrees(tape.start(2000), frames[2000 - FIRST_SEQ] + frames[2001 - FIRST_SEQ][:7])
    assert not tape.agrees(tape.start(2000), frames[2001 - FIRST_SEQ])


def test_it_knows_whose_frame_stands_where() -> None:
    tape = Tape()
    assert tape.seq_at(0) == FIRST_SEQ
    assert tape.seq_at(tape.start(3000)) == 3000
    assert tape.seq_at(tape.start(3000) - 1) == 2999


def test_it_gives_the_part_of_a_frame_that_was_read() -> None:
    tape = Tape()
    assert tape.part(tape.start(9)) == b""
    assert tape.part(tape.start(9) + 5) == text_frame(message(9))[:5]
