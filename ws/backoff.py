"""How long to wait before the next attempt. Pure: chance is an argument."""

FIRST_SECONDS = 0.1
LONGEST_SECONDS = 5.0


def backoff_seconds(attempt: int, chance: float) -> float:
    """Seconds before attempt `attempt` (1, 2, …), doubling up to 5.

    `chance`, from 0 to 1, spreads the upper half of the span: many who lost the same server don't return in step.
    """
    span = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempt - 1, 16))
    return span / 2 + span / 2 * chance
