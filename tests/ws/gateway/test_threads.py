"""What blocks is asked in threads, of which there are no more than needed; answers come to the loop."""

import asyncio
import threading

from ws.gateway.threads import Threads

SECONDS = 15.0


def ask(threads: Threads, question: object) -> "asyncio.Future[object]":
    """The answer, or what was raised."""
    answer = asyncio.get_running_loop().create_future()
    threads.ask(question, answer.set_result)  # type: ignore[arg-type]
    return answer


def test_who_waits_does_not_hold_others_up() -> None:
    async def run() -> None:
        threads, go = Threads(asyncio.get_running_loop(), 2, "test"), threading.Event()
        slow = ask(threads, lambda: go.wait(SECONDS))
        assert await ask(threads, lambda: "quick") == "quick"
        assert not slow.done()
        go.set()
        assert await slow is True

    asyncio.run(run())


def test_no_more_than_so_many_ask_at_once() -> None:
    async def run() -> None:
        threads, meeting = Threads(asyncio.get_running_loop(), 2, "test"), threading.Barrier(2)

        def question() -> str:
            meeting.wait(SECONDS)
            return threading.current_thread().name

        names = await asyncio.gather(*(ask(threads, question) for _ in range(6)))
        assert set(names) == {"test 1", "test 2"}

    asyncio.run(run())


def test_one_after_another_needs_one_thread() -> None:
    async def run() -> None:
        threads = Threads(asyncio.get_running_loop(), 8, "test")
        for _ in range(5):
            assert await ask(threads, lambda: threading.current_thread().name) == "test 1"

    asyncio.run(run())


def test_what_is_raised_is_the_answer() -> None:
    async def run() -> None:
        threads, error = Threads(asyncio.get_running_loop(), 1, "test"), LookupError("gone")

        def question() -> None:
            raise error

        assert await ask(threads, question) is error

    asyncio.run(run())
