"""A log of letters that people own, and what reads it."""

import json

import redis

from tests.ws.listener.change_log import ChangeLog
from tests.ws.listener.conftest import MakeReader
from tests.ws.listener.reader import Reader
from tests.ws.listener.steps import PREFIX, streamed
from ws.listener.audiences import Owners, Place
from ws.listener.message_observations import Misfortune
from ws.listener.messages import rodan
from ws.listener.routes import Question, Routes, Split
from ws.wire.channels import Channel

NAMES = {5: "ann", 6: "bob"}


def ask_names(keys: object) -> Question:
    return "SELECT id, name FROM person WHERE id::text = ANY (%s)", [list(keys)]  # type: ignore[call-overload]


class Letters:
    """A log of letters that people own, and what reads it."""

    def __init__(self, log: ChangeLog, make_reader: MakeReader, server: redis.Redis) -> None:
        self.noted: list[Misfortune] = []
        self.written: dict[str, list[str]] = {name: [] for name in NAMES.values()}
        """The keys of each one's letters."""
        self.place = Place(PREFIX, log.schema)
        self._log, self._server = log, server
        log.ask("CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL)")
        for key, name in NAMES.items():
            log.ask("INSERT INTO person VALUES (%s, %s)", key, name)
        owners = Owners("shop.item", '"owner_id"', self.place, self.noted.append)
        known = Channel(f"{PREFIX}:broadcast:{log.schema}")
        routes = Routes([Split("shop.item", rodan("shop.item", frozenset()), owners)], known, ask_names)
        self.reader: Reader = make_reader(routes=routes)

    def write(self, key: str, *owners: int | None) -> None:
        """A letter of each of these, in one statement."""
        carried = [json.dumps({"owner_id": owner}) for owner in owners]
        keys = [key] if len(owners) == 1 else [f"{key}.{number}" for number in range(len(owners))]
        if len(owners) == 1:
            self._log.tell(key, carried=carried[0])
        else:
            self._log.tell(None, keys=keys, carried=f"[{', '.join(carried)}]")
        for owner, written in zip(owners, keys, strict=True):
            if owner in NAMES:
                self.written[NAMES[owner]].append(written)

    def told(self, name: str) -> list[str]:
        """The keys that one is told in his channel's epoch; and the words to look at all rows again."""
        messages = map(json.loads, streamed(self._server, self.place.user(name)))
        return [message["uuid"] or message["status"] for message in messages]

    def told_to_all(self) -> list[str]:
        return [json.loads(message)["status"] for message in self.reader.streamed()]
