"""What is worth noticing, as values; logs are one reader of them.

Whatever is dropped, retried, refused, reconnected or closed early is an Observation of the process that it happens in
(`ws/listener/observations.py`, `ws/gateway/observations.py`).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from ws.wire.channels import without_session_keys


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that happened; its text is the line for the log."""

    level: ClassVar[int] = logging.INFO


Observe = Callable[[Observation], None]


def log_to(name: str, *, shown: bool = False) -> Observe:
    """A reader that writes each observation's text to this logger, at its level.

    `shown`: on standard error from INFO on, where the site's LOGGING says nothing of the logger.
    """
    logger = logging.getLogger(name)
    if shown and not logger.isEnabledFor(logging.INFO) and not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)

    def observe(observation: Observation) -> None:
        logger.log(observation.level, "%s", without_session_keys(str(observation)))

    return observe
