"""A site's rule that fails where it is asked to, and says too much."""

from django.http import HttpRequest


def fail(request: HttpRequest) -> None:
    """As a careless library may: with all that it was given."""
    if request.path_info == "/ws/fail":
        raise RuntimeError(f"{request!r} {request.COOKIES} {dict(request.headers)} {request.GET}")
