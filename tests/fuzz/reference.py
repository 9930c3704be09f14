"""A reader of a client's frames that is made for the test: slow, whole, and by RFC 6455's words alone. Pure.

Where RFC 6455 leaves the moment open, it follows what is usual: bits and sizes of a control frame are judged when the
whole frame is there, an opcode, a missing mask and a size that is too big as soon as they are known.
"""

from dataclasses import dataclass, field

from tests.fuzz.frames import BINARY, CLOSE, CONT, FIN, MASKED, PING, PONG, RESERVED_BITS, TEXT, masked

PROTOCOL_ERROR, INVALID_DATA, TOO_BIG, NO_CODE = 1002, 1007, 1009, 1005
_RESERVED = RESERVED_BITS[-1]


@dataclass(slots=True)
class Outcome:
    """What came of all that was said."""

    messages: list[bytes] = field(default_factory=list)
    pongs: list[bytes] = field(default_factory=list)
    code: int | None = None
    """Of the Close that is the answer; NO_CODE: it has none; None: the connection stays."""


class EndError(Exception):
    """The connection ends with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def read(said: bytes, most: int, fragments_at_most: int) -> Outcome:
    """Of one connection, from its first frame."""
    outcome = Outcome()
    try:
        _Reading(said, most, fragments_at_most, outcome).run()
    except EndError as end:
        outcome.code = end.code
    return outcome


class _Reading:
    def __init__(self, said: bytes, most: int, fragments_at_most: int, outcome: Outcome) -> None:
        self._said = said
        self._most = most
        self._fragments_at_most = fragments_at_most
        self._outcome = outcome
        self._parts: list[bytes] = []
        self._is_text = False
        self._begun = False

    def run(self) -> None:
        at = 0
        while (end := self._frame(at)) is not None:
            at = end

    def _frame(self, at: int) -> int | None:
        """Where the frame that begins here ends; None: it does not, yet."""
        head = self._said[at : at + 2]
        if len(head) < 2:
            return None
        opcode, has_mask, size = head[0] & 0xF, head[1] & MASKED, head[1] & 0x7F
        if opcode not in {CONT, TEXT, BINARY, CLOSE, PING, PONG} or not has_mask:
            raise EndError(PROTOCOL_ERROR)
        longer = {126: 2, 127: 8}.get(size, 0)
        at += 2 + longer
        if len(self._said) < at:
            return None
        size = int.from_bytes(self._said[at - longer : at]) if longer else size
        # Controls count too while a message is under way, as `websockets` bounds whatever comes then.
        if size > self._most - sum(map(len, self._parts)):
            raise EndError(TOO_BIG)
        mask, payload = self._said[at : at + 4], self._said[at + 4 : at + 4 + size]
        if len(self._said) < at + 4 + size:
            return None
        self._judge(head[0], opcode, masked(payload, mask))
        return at + 4 + size

    def _judge(self, first: int, opcode: int, payload: bytes) -> None:
        is_final, is_control = bool(first & FIN), opcode >= CLOSE
        if first & _RESERVED or (is_control and (not is_final or len(payload) > 125)):
            raise EndError(PROTOCOL_ERROR)
        if is_control:
            self._control(opcode, payload)
        elif self._begun != (opcode == CONT):
            raise EndError(PROTOCOL_ERROR)
        else:
            self._part(opcode, payload, is_final=is_final)

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self._outcome.pongs.append(payload)
        if opcode == CLOSE:
            raise EndError(_answer(payload, is_between_fragments=self._begun))

    def _part(self, opcode: int, payload: bytes, *, is_final: bool) -> None:
        if opcode != CONT:
            self._is_text = opcode == TEXT
        self._parts.append(payload)
        self._begun = not is_final
        if not is_final:
            if len(self._parts) >= self._fragments_at_most:
                raise EndError(TOO_BIG)
            return
        message = b"".join(self._parts)
        self._parts.clear()
        if self._is_text and not _is_utf8(message):
            raise EndError(INVALID_DATA)
        self._outcome.messages.append(message)


def _answer(payload: bytes, *, is_between_fragments: bool) -> int:
    """The code with which a Close is answered. Source: RFC 6455, sections 5.5.1, 7.4."""
    code = int.from_bytes(payload[:2]) if payload else NO_CODE
    is_known = 1000 <= code <= 1014 and code not in {1004, 1005, 1006}
    if len(payload) == 1:
        return PROTOCOL_ERROR
    if payload and not _is_utf8(payload[2:]):
        return INVALID_DATA
    if payload and not (is_known or 3000 <= code < 5000):
        return PROTOCOL_ERROR
    return PROTOCOL_ERROR if is_between_fragments else code


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
