"""A Lua script in Redis: its text beside us in `lua/`, sent only where Redis does not know it yet."""

from collections.abc import Iterable, Sequence
from hashlib import sha1
from importlib.resources import files
from typing import Any

import redis

_FOLDER = files("ws.listener") / "lua"


class Script:
    """What stands in `here.lua`, and then in a file of its own. Pass every key that it touches: Cluster needs them."""

    def __init__(self, name: str) -> None:
        self._text = "\n".join((_FOLDER / file).read_text(encoding="utf-8") for file in ("here.lua", name))
        self._digest = sha1(self._text.encode(), usedforsecurity=False).hexdigest()

    def run(self, client: redis.Redis, keys: Sequence[str], arguments: Iterable[bytes | str | int] = ()) -> list[Any]:
        """Its answer, a list. Redis says NOSCRIPT before anything is done."""
        rest = (len(keys), *keys, *arguments)
        try:
            answer: list[Any] = client.execute_command("EVALSHA", self._digest, *rest)  # type: ignore[no-untyped-call]
        except redis.exceptions.NoScriptError:
            answer = client.execute_command("EVAL", self._text, *rest)  # type: ignore[no-untyped-call]
        return answer
