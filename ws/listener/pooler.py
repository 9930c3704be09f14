"""Is there a transaction pooler on the way? Then LISTEN is in vain, and what a session sets meets the application's.

Source: PgBouncer's manual, "Features", SQL feature map for pooling modes.
"""

from select import select
from time import monotonic
from typing import Any
from uuid import uuid4

import psycopg2
from psycopg2 import sql

ANSWER_SECONDS = 2.0


def hears_itself(arguments: dict[str, Any]) -> bool:
    """Whether a session that listens is told what another one notifies. Raises psycopg2.Error.

    Nothing is set on the way: behind a pooler it would stay, in a connection that others use.
    """
    channel = f"rowcast_{uuid4().hex}"
    ear, mouth = psycopg2.connect(**arguments), psycopg2.connect(**arguments)
    try:
        for each in (ear, mouth):
            each.autocommit = True
        with ear.cursor() as cursor, mouth.cursor() as other:
            cursor.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            other.execute("SELECT pg_notify(%s, '')", [channel])
            has_heard = _hears(ear)
            cursor.execute(sql.SQL("UNLISTEN {}").format(sql.Identifier(channel)))
        return has_heard
    finally:
        ear.close()
        mouth.close()


def _hears(ear: Any) -> bool:  # noqa: ANN401 - psycopg2's connection
    deadline = monotonic() + ANSWER_SECONDS
    while not ear.notifies and (rest := deadline - monotonic()) > 0:
        if select([ear], [], [], rest)[0]:
            ear.poll()
    return bool(ear.notifies)
