"""One listener's place in PostgreSQL: three sessions that are kept alive, and by what the database is known again.

One holds the locks, one hears the rings, one reads the log: the session that holds LEADER is busy with nothing that
could keep it from an end (PROTOCOL.md, L1).
"""

from collections.abc import Callable
from typing import Any, Self
from uuid import uuid4

from psycopg2 import sql

from triggers.log import LOG_FORMAT
from ws.listener.locks import Locks
from ws.listener.log import ROWS_AT_ONCE, Log, Place
from ws.listener.notifications import HEARTBEAT_SECONDS, require_server
from ws.listener.record import Identity
from ws.listener.session import LONG_ANSWER_SECONDS, SESSION, Session
from ws.listener.statements import statement

FORMAT_WORDS = "Rowcast change log, format "


class UnfitDatabaseError(Exception):
    """There is nothing to publish from here; the message says what to do."""


class Database:
    """The sessions of one listener. Raises psycopg2.Error, UnfitDatabaseError.

    `is_pooled`: they lead through a transaction pooler, and no lock is ours for longer than a transaction.
    """

    def __init__(self, arguments: dict[str, Any], *, meanwhile: Callable[[], None], is_pooled: bool = False) -> None:
        self.name = f"rowcast listener {uuid4().hex[:12]}"
        self._arguments = {**arguments, "application_name": self.name}
        self._meanwhile = meanwhile
        self._is_pooled = is_pooled
        self._sessions: list[Session] = []
        self.guard = self._open()
        """The session that holds the locks."""
        try:
            require_server(self.guard.server_version)
            self._identify()
        except BaseException:
            self.close()
            raise
        self.locks = Locks(self.guard, self.place.log_oid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def listen(self, channel: str) -> Session:
        """A session that hears the rings."""
        ear = self._open()
        ear.ask(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        return ear

    def open_log(self, rows_at_once: int = ROWS_AT_ONCE) -> Log:
        """The log, read over a session of its own."""
        return Log(self._open(), self.place, is_prepared=not self._is_pooled, rows_at_once=rows_at_once)

    def open_briefly(self) -> Session:
        """For what may wait for others; whoever asks for it closes it."""
        return self._connect()

    def identity(self) -> Identity:
        """As it is now. Only a leader asks: where the database has no incarnation, it gets one."""
        ((incarnation,),) = self.guard.ask(
            sql.SQL(statement("incarnation")).format(incarnation=self.place.table("rowcast_incarnation"))
        )
        return Identity(self.system, self._timeline, incarnation)

    def renew_identity(self) -> Identity:
        """From now on this database is known by another incarnation: a copy of its disk from before is not it, even
        where it was stopped cleanly. Behind a pooler, where any number may publish in turn, it stays.
        """
        if self._is_pooled:
            return self.identity()
        renew = sql.SQL(statement("renew_incarnation")).format(incarnation=self.place.table("rowcast_incarnation"))
        ((incarnation,),) = self.guard.ask(renew)
        return Identity(self.system, self._timeline, incarnation)

    def remove_foreign_rows(self) -> int:
        """Rows that a dump of another cluster brought, before a cursor begins (C8); how many."""
        remove = sql.SQL(statement("foreign_rows")).format(log=self.place.table("rowcast_log"))
        ((removed,),) = self.guard.ask(remove, seconds=LONG_ANSWER_SECONDS)
        return int(removed)

    def beat(self) -> None:
        """A question to every session that has been silent for 3 s, so that PostgreSQL does not end it."""
        for session in self._sessions:
            session.beat(HEARTBEAT_SECONDS)

    def close(self) -> None:
        for session in self._sessions:
            session.close()

    def _open(self) -> Session:
        session = self._connect()
        self._sessions.append(session)
        return session

    def _connect(self) -> Session:
        """Behind a pooler nothing may be set: it would stay, in a connection that others use."""
        return Session(self._arguments, self._meanwhile, settings="" if self._is_pooled else SESSION)

    def _identify(self) -> None:
        found = self.guard.ask(statement("identity"))
        if not found:
            raise UnfitDatabaseError(
                "This database has no change log, which `python manage.py migrate` makes where"
                " TRIGGERS['DELIVERY'] is \"durable\"."
            )
        system, encoding, is_standby, timeline, database_oid, log_oid, schema, comment, leaves = found[0]
        if encoding == "SQL_ASCII":
            raise UnfitDatabaseError("This database has the encoding SQL_ASCII, in which text is just bytes.")
        if is_standby:
            raise UnfitDatabaseError("This server is a standby: point DATABASES at the primary.")
        self._require_format(comment or "")
        self.system: str = system
        """The cluster's system identifier."""
        self._timeline = int(timeline, 16)
        self.database_oid: int = database_oid
        self.place = Place(schema, log_oid, leaves)

    def _require_format(self, comment: str) -> None:
        number = comment.removeprefix(FORMAT_WORDS)
        if not comment.startswith(FORMAT_WORDS) or not number.isdecimal() or int(number) > LOG_FORMAT:
            raise UnfitDatabaseError(
                f"The change log is {comment!r}, and this listener reads format {LOG_FORMAT} and older: bring it up to"
                " date with what migrated the database."
            )
