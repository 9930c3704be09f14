"""Why the benchmark cannot go on, or its figures would mean nothing. Pure."""


class RefusedError(Exception):
    """The message says why, and what to do about it."""
