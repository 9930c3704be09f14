"""Why the benchmark cannot be run, or its figures would mean nothing. Pure."""


class RefusedError(Exception):
    """It can't go on. The message says why, and what to do about it."""
