"""Why a load test cannot be run here. Pure."""


class RefusedError(Exception):
    """It can't be run. The message says why, and what to do about it."""
