"""Where a client's frames end, so that nothing need be kept for it between two of them. Pure. Source: RFC 6455, 5.2.

Only lengths are read; what is wrong with a frame is the parser's affair.
"""

_HEAD_BYTES = 2
_MASKED = 0x80
_MASK_BYTES = 4
_LENGTH_BYTES = {126: 2, 127: 8}


class FrameBounds:
    """Of what one client has sent since a frame began."""

    __slots__ = ("_head", "_left")

    def __init__(self) -> None:
        self._head = b""
        """The beginning of a frame whose length has not come yet."""
        self._left = 0
        """Bytes of the last frame that have not come yet."""

    @property
    def is_between(self) -> bool:
        """No frame is under way."""
        return not self._head and not self._left

    def add(self, data: bytes) -> None:
        """These bytes came."""
        data, start = self._head + data, self._left
        while start < len(data):
            size = _frame_bytes(data, start)
            if size is None:
                self._head, self._left = data[start:], 0
                return
            start += size
        self._head, self._left = b"", start - len(data)


def _frame_bytes(data: bytes, start: int) -> int | None:
    """The size of the frame that begins here; None while too little of it has come."""
    if start + _HEAD_BYTES > len(data):
        return None
    second = data[start + 1]
    size, more = second & ~_MASKED, _LENGTH_BYTES.get(second & ~_MASKED, 0)
    if more:
        end = start + _HEAD_BYTES + more
        if end > len(data):
            return None
        size = int.from_bytes(data[end - more : end])
    return _HEAD_BYTES + more + (_MASK_BYTES if second & _MASKED else 0) + size
