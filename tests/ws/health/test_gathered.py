"""A keeper's workers, asked over lines that break, hang, and answer too late."""

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ws.health.gathered import Gathered
from ws.health.line import HealthLine
from ws.health.standing import Standing

METRICS = b"# HELP rowcast_gateway_clients Now.\n# TYPE rowcast_gateway_clients gauge\nrowcast_gateway_clients 3.0\n"


class Patient:
    """Says of itself what a test wants."""

    def __init__(self, told: Standing = Standing(), text: bytes = METRICS) -> None:  # noqa: B008 - it is frozen
        self.told = told
        self.text = text

    async def standing(self) -> Standing:
        return self.told

    async def metrics(self) -> bytes:
        return self.text


@pytest.fixture
def gathered() -> Iterator[Gathered]:
    made = Gathered(2, Patient(text=b""))
    yield made
    for worker in range(9):
        made.remove(worker)


Add = Callable[[int, Patient], HealthLine]


@pytest.fixture
def add(gathered: Gathered) -> Iterator[Add]:
    """Workers whose threads answer."""
    with ExitStack() as cleanup:

        def made(worker: int, patient: Patient) -> HealthLine:
            ours, theirs = socket.socketpair()
            gathered.add(worker, ours)
            return cleanup.enter_context(HealthLine(theirs, patient))

        yield made


def values(gathered: Gathered) -> dict[str, float]:
    """Of the clients, by worker."""
    text = asyncio.run(gathered.metrics()).decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    return {sample.labels["worker"]: sample.value for sample in families["rowcast_gateway_clients"].samples}


def test_as_many_as_there_are_to_be_are_ready(gathered: Gathered, add: Add) -> None:
    add(1, Patient())
    add(2, Patient())
    assert asyncio.run(gathered.standing()) == Standing()


def test_one_that_leaves_beside_them_does_not_count(gathered: Gathered, add: Add) -> None:
    for worker, told in enumerate([Standing(), Standing(unready=("it ends",)), Standing()]):
        add(worker, Patient(told))
    assert asyncio.run(gathered.standing()) == Standing()


def test_where_one_is_not_ready_the_gateway_is_not_and_says_which(gathered: Gathered, add: Add) -> None:
    add(1, Patient())
    add(2, Patient(Standing(unready=("Redis is lost",))))
    standing = asyncio.run(gathered.standing())
    assert standing.unready == ("1 of 2 workers are ready", "2: Redis is lost")
    assert standing.unhealthy == ()


def test_one_that_does_not_move_is_not_alive(gathered: Gathered, add: Add) -> None:
    add(1, Patient(Standing(("the loop has not moved for 11 s",))))
    assert asyncio.run(gathered.standing()).unhealthy == ("1: the loop has not moved for 11 s",)


def test_one_that_does_not_answer_is_not_alive_and_delays_no_numbers_of_others(gathered: Gathered, add: Add) -> None:
    add(1, Patient())
    ours, theirs = socket.socketpair()
    with theirs:
        gathered.add(2, ours)
        assert asyncio.run(gathered.standing()).unhealthy == ("2: it does not answer",)


def test_one_that_has_hung_up_is_not_missed_but_by_its_number(gathered: Gathered, add: Add) -> None:
    add(1, Patient())
    add(2, Patient()).__exit__(None, None, None)
    standing = asyncio.run(gathered.standing())
    assert standing == Standing(unready=("1 of 2 workers are ready",))


def test_numbers_have_a_label_that_no_other_start_has(gathered: Gathered, add: Add) -> None:
    add(1, Patient())
    add(2, Patient())
    assert values(gathered) == {"1": 3.0, "2": 3.0}
    gathered.remove(1)
    add(3, Patient())
    assert values(gathered) == {"2": 3.0, "3": 3.0}


def test_counters_and_histograms_stay_what_they_are(gathered: Gathered, add: Add) -> None:
    text = (
        b'# HELP x_total Help.\n# TYPE x_total counter\nx_total{kind="a"} 1.0\n'
        b'# HELP late Help.\n# TYPE late histogram\nlate_bucket{le="+Inf"} 2.0\nlate_count 2.0\nlate_sum 0.5\n'
    )
    add(1, Patient(text=text))
    lines = asyncio.run(gathered.metrics()).decode().splitlines()
    assert "# TYPE x_total counter" in lines
    assert 'x_total{kind="a",worker="1"} 1.0' in lines
    assert 'late_bucket{le="+Inf",worker="1"} 2.0' in lines


def test_an_answer_that_came_too_late_is_passed_over(gathered: Gathered) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        gathered.add(1, ours)
        late = {"number": 0, "unhealthy": ["late"], "unready": [], "metrics": ""}
        fresh = {"number": 1, "unhealthy": [], "unready": [], "metrics": ""}
        theirs.sendall(json.dumps(late).encode() + b"\n" + json.dumps(fresh).encode() + b"\n")
        assert asyncio.run(gathered.standing()).unhealthy == ()
