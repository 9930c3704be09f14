"""How many clients are told to return by when: evenly, so that the next gateway meets no crowd. Pure."""


def told_by(seconds: float, span: float, clients: int) -> int:
    """Of so many clients, how many are to be told this long after the first one, all of them within the span."""
    if seconds >= span:
        return clients
    return min(clients, 1 + int(clients * seconds / span))
