"""A Lua script in Redis: its text beside us in `lua/`, sent only where Redis does not know it yet."""

from collections.abc import Iterable, Sequence
from hashlib import sha1
from importlib.resources import files
from typing import Any

from redis.exceptions import NoScriptError

from ws.listener.link import Link, NotPublishedError, Word

_FOLDER = files("ws.listener") / "lua"


class Script:
    """What stands in `here.lua`, and then in a file of its own. Pass every key that it touches: Cluster needs them."""

    def __init__(self, name: str) -> None:
        self._text = "\n".join((_FOLDER / file).read_text(encoding="utf-8") for file in ("here.lua", name))
        self._digest = sha1(self._text.encode(), usedforsecurity=False).hexdigest()

    def run(self, link: Link, keys: Sequence[str], arguments: Iterable[Word] = ()) -> list[Any]:
        """Its answer, a list. Raises as Link's `call` does."""
        rest = (len(keys), *keys, *arguments)
        try:
            answer: list[Any] = link.call("EVALSHA", self._digest, *rest)
        except NotPublishedError as error:
            if not isinstance(error.__cause__, NoScriptError):
                raise
            answer = link.call("EVAL", self._text, *rest)
        return answer
