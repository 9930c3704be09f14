"""Two verifying clients beside the crowd, and the changes that they must hear; at the end, the verdict.

thor counts any frame as an answer. Here a message counts only where it belongs.
"""

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from functools import partial
from types import TracebackType
from typing import Self

import psycopg2

from stress.load.agreement import Heard, agreed, disagreement
from stress.load.follower import Follower
from stress.load.ledger import differences, own_changes
from stress.load.refusal import RefusedError
from stress.load.verdict import Verdict
from stress.load.writer import Writer

QUESTIONS_AT_ONCE = 10
"""Idle heartbeats, 4 s apart, cannot pass for so many answers."""
TALK_SECONDS = 1.0
PATIENCE_SECONDS = 30.0
"""So long before the load the answers may take."""
LAST_SECONDS = 10.0
"""So long after the load the last messages and answers may take."""
NOTHING_CHANGED = (
    "nothing changed while the load ran, so nothing was verified: start the simulator (manage.py simulate), or set"
    " DATABASE_URL to the server's database, so that the test changes rows itself"
)
NONE_ARRIVED = "none arrived at all: see that the listener runs, on the database that DATABASE_URL names"


class Verification:
    """From before the load to after it. Without a writer, what others change is compared between the two clients."""

    def __init__(self, url: str, writer: Writer | None) -> None:
        self._early, self._late = self._followers = (Follower(url), Follower(url))
        self._writer = writer
        self._before = self._began = 0
        self._cleanup = AsyncExitStack()
        self._talking: asyncio.Task[None]
        self._writing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Raises RefusedError for a server or a database with which nothing can be tested."""
        async with AsyncExitStack() as cleanup:
            for follower in self._followers:
                await cleanup.enter_async_context(follower)
                await _require_answers(follower)
            await _require_answers(self._early)  # what was told before the late one came, the early one has now
            self._before = len(self._early.texts)
            await self._start_writing()
            self._cleanup = cleanup.pop_all()
        self._talking = asyncio.create_task(self._talk())
        self._began = len(self._early.texts)
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._talking.cancel()
        with suppress(psycopg2.Error):
            await self._end_writing()
        await self._cleanup.aclose()

    @property
    def family(self) -> int:
        """Of the server's address: 4 or 6."""
        return self._early.family

    @property
    def messages(self) -> int:
        """How many were heard so far."""
        return len(self._early.texts)

    async def verdict(self) -> Verdict:
        """Of the time from entering to now, when the load has ended. Waits until the last messages are in."""
        self._talking.cancel()
        try:
            await self._end_writing()
        except psycopg2.Error as error:
            return Verdict([f"rows could not be changed: {_first_line(error)}"], "")
        early, late = (len(follower.texts) for follower in self._followers)
        deadline = time.monotonic() + LAST_SECONDS
        for follower in self._followers:
            await follower.until(partial(self._has_all, follower), deadline)
            await follower.ask(1)  # what was told twice has come twice before the answer
            await follower.until(lambda: self._agreed(early, late) is not None, deadline)
        failures = [f"a verifying client was lost: {it.farewell}" for it in self._followers if it.farewell]
        failures += [text for it in self._followers for text in await _silence(it, deadline)]
        failures += self._differences()
        if self._agreed(early, late) is None:
            failures.append(disagreement(self._early.texts, self._late.texts, self._before))
        if self._writer is None and early == self._began:
            failures.append(NOTHING_CHANGED)
        return Verdict(failures, self._confirmation(early - self._began))

    def _has_all(self, follower: Follower) -> bool:
        writer = self._writer
        return writer is None or len(own_changes(follower.texts, writer.keys)) >= sum(map(len, writer.committed))

    def _differences(self) -> list[str]:
        writer = self._writer
        if writer is None:
            return []
        heard = [own_changes(follower.texts, writer.keys) for follower in self._followers]
        found = dict.fromkeys(text for its in heard for text in differences(writer.committed, its))
        return [*found] if any(heard) else [*found, NONE_ARRIVED]

    def _agreed(self, early: int, late: int) -> int | None:
        return agreed(Heard(self._early.texts, early), Heard(self._late.texts, late), self._before)

    def _confirmation(self, messages: int) -> str:
        asked = sum(follower.answers.asked for follower in self._followers)
        longest = max(follower.answers.longest_seconds for follower in self._followers)
        own = sum(map(len, self._writer.committed)) if self._writer is not None else 0
        changes = f"{own} changes arrived once each, in the order of their commits; " if own else ""
        return (
            f"{changes}two clients heard the same {messages} messages while the load ran; {asked} messages of their own"
            f" were answered, after {longest * 1000:.0f} ms at most"
        )

    async def _start_writing(self) -> None:
        if self._writer is not None:
            try:
                await asyncio.to_thread(self._writer.connect)
            except psycopg2.Error as error:
                raise RefusedError(f"rows cannot be changed in the database: {_first_line(error)}") from error
            self._writing = asyncio.create_task(asyncio.to_thread(self._writer.run))

    async def _end_writing(self) -> None:
        if self._writer is not None and self._writing is not None:
            self._writer.stop()
            await self._writing

    async def _talk(self) -> None:
        while True:
            for follower in self._followers:
                await follower.ask(1)
            await asyncio.sleep(TALK_SECONDS)


async def _require_answers(follower: Follower) -> None:
    await follower.ask(QUESTIONS_AT_ONCE)
    if silence := await _silence(follower, time.monotonic() + PATIENCE_SECONDS):
        raise RefusedError(silence[0])


async def _silence(follower: Follower, deadline: float) -> list[str]:
    """What was not answered in time."""
    await follower.until(lambda: follower.answers.outstanding == 0, deadline)
    outstanding, asked = follower.answers.outstanding, follower.answers.asked
    silence = f"{outstanding} of {asked} messages of a verifying client were not answered by a heartbeat"
    return [silence] if outstanding else []


def _first_line(error: psycopg2.Error) -> str:
    return str(error).strip().partition("\n")[0]
