"""What a process says of itself."""

import asyncio
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily

from ws.health.own import Own
from ws.health.standing import Standing


class Lamp:
    """It is on."""

    def standing(self) -> Standing:
        return Standing(unready=("it is dark",))

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("lamp_on", "1 where it is.", 1)


def test_its_standing_and_numbers_are_told_with_those_of_its_process() -> None:
    own = Own(Lamp())
    assert asyncio.run(own.standing()) == Standing(unready=("it is dark",))
    text = asyncio.run(own.metrics()).decode()
    assert "lamp_on 1.0\n" in text
    assert "process_resident_memory_bytes " in text
