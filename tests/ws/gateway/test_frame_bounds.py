"""Where frames end, however their bytes come."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Opcode

from tests.ws.gateway.raw_client import frame_bytes
from ws.gateway.frame_bounds import FrameBounds

SIZES = st.sampled_from([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])


@given(st.lists(SIZES, max_size=4), st.lists(st.integers(1, 70_000), max_size=20))
def test_it_is_between_frames_where_one_has_ended_and_nowhere_else(sizes: Sequence[int], cuts: Sequence[int]) -> None:
    frames = [frame_bytes(Opcode.BINARY, b"x" * size) for size in sizes]
    ends = {sum(map(len, frames[:number])) for number in range(len(frames) + 1)}
    sent, bounds, start = b"".join(frames), FrameBounds(), 0
    for cut in [*cuts, len(sent)]:
        bounds.add(sent[start : start + cut])
        start = min(start + cut, len(sent))
        assert bounds.is_between == (start in ends)


def test_a_head_may_come_byte_by_byte() -> None:
    bounds, frame = FrameBounds(), frame_bytes(Opcode.BINARY, b"x" * 70_000)
    for at in range(len(frame)):
        bounds.add(frame[at : at + 1])
        assert bounds.is_between == (at == len(frame) - 1)
