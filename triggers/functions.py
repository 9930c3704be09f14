"""The site's own code, by the dotted path that the settings name."""

from collections.abc import Callable
from typing import Any

from django.utils.module_loading import import_string


class PathError(ImportError):
    """A dotted path that leads to no function."""


def imported(path: str) -> Callable[..., Any]:
    """The function at the end of a dotted path. Raises PathError; and, as it is, what its module raises."""
    try:
        found = import_string(path)
    except ImportError as error:
        raise PathError(f"{path!r} cannot be imported: {error}") from error
    if not callable(found):
        raise PathError(f"{path!r} is {found!r}, which cannot be called")
    function: Callable[..., Any] = found
    return function
