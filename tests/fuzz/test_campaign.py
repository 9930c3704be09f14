"""A short campaign against a real gateway, the same each time; `make fuzz` runs longer ones."""

import asyncio

from tests.fuzz.campaign import Campaign, Size
from tests.fuzz.gateway import Gateway
from tests.fuzz.heads import Known

ROUNDS = 3


def test_a_gateway_serves_on_whatever_is_said_to_it(gateway: Gateway, known: Known) -> None:
    """PITFALLS A1 to A9: no error in its log, others served, nothing left open."""
    campaign = Campaign(gateway, "suite", known, Size(clients=150, cases=60))
    asyncio.run(campaign.run(lambda tally: tally.rounds >= ROUNDS))
    ways = campaign.tally.clients
    assert min(ways["open"], ways["closed 1002"], ways["400"]) > 0
