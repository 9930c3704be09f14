import pytest

from stress.chaos.steps import Conversation, Moment, Step

HELD = b"*6\r\n$7\r\nEVALSHA\r\n$40\r\n" + b"a" * 40 + b"\r\n$1\r\n3\r\n$27\r\nrodan:rowcast:cursor:5.16384\r\n"
LEASE = b"*5\r\n$3\r\nSET\r\n$26\r\nrodan:rowcast:lease:5.16384\r\n"
ASLEEP, LEADER = (int.from_bytes(name) << 32 | 16384 for name in (b"rowA", b"rowL"))


@pytest.mark.parametrize(
    ("asked", "step"),
    [
        (b"Q\0\0\0\0SELECT pg_try_advisory_lock(%d)\0" % LEADER, Step.LEAD),
        (b"Q\0\0\0\0SELECT pg_try_advisory_lock(%d)\0" % ASLEEP, Step.TAKE),
        (b"Q\0\0\0\0SELECT pg_advisory_unlock(%d)\0" % ASLEEP, Step.WAKE),
        (b"Q\0\0\0\0EXECUTE rowcast_rows ('{}'::xid8[], '7'::xid8, 500)\0", Step.DRAIN),
        (b"Q\0\0\0\0FETCH 16 FROM rowcast_window\0", Step.FETCH),
        (b"Q\0\0\0\rSELECT 1\0", Step.HEARTBEAT),
        (HELD, Step.LOAD),
        (HELD + b"$7\r\npublish\r\n", Step.PUBLISH),
        (HELD + b"$5\r\nbegin\r\n", Step.BEGIN),
        (LEASE, Step.LEASE),
    ],
)
def test_a_step_is_known_by_its_bytes(asked: bytes, step: Step) -> None:
    assert Conversation().requested(asked) == Moment(step, at_answer=False)


@pytest.mark.parametrize(
    "asked", [b"Q\0\0\0\0SELECT 12\0", b"*1\r\n$4\r\nPING\r\n", LEASE.replace(b"SET", b"GET"), b""]
)
def test_what_is_no_step_is_none(asked: bytes) -> None:
    assert Conversation().requested(asked) is None


def test_the_first_bytes_back_are_the_answer() -> None:
    conversation = Conversation()
    conversation.requested(LEASE)
    assert conversation.answered() == Moment(Step.LEASE, at_answer=True)
    assert conversation.answered() is None


def test_what_a_message_says_is_no_step() -> None:
    told = HELD + b"$7\r\npublish\r\n" + b"x" * 20_000
    assert Conversation().requested(told + b"SELECT 1\0") == Moment(Step.PUBLISH, at_answer=False)
