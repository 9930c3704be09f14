"""In which words a change may be told. Pure."""

RODAN, TMSS = "rodan", "tmss"
FORMATS = frozenset({RODAN, TMSS})

FORMATS_HINT = "Known: 'rodan', 'tmss'; or a dotted path to a function of one change, as 'shop.messages.told'."


def is_path(value: object) -> bool:
    """Whether this is written as a dotted path, wherever that leads."""
    parts = value.split(".") if isinstance(value, str) else []
    return len(parts) > 1 and all(part.isidentifier() for part in parts)
