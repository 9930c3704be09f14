"""A listener in a process of its own, which stops itself, as SIGSTOP does, where it is told to.

    python -m tests.ws.listener.stopping_listener <database URL> <schema> <Redis URL> <where>

`before a batch`: with what it has read in hand. `nowhere`: somebody else stops it. It prints what it observes.
"""

import signal
import sys
import threading
from dataclasses import replace
from select import select

import django

from project.environment import redis_arguments


def main(database_url: str, schema: str, redis_url: str, where: str) -> None:
    """Until SIGTERM."""
    django.setup()
    from tests.ws.listener.change_log import ChangeLog  # noqa: PLC0415 - Django first
    from tests.ws.listener.listeners import Listener  # noqa: PLC0415
    from ws.listener.observations import Leading  # noqa: PLC0415
    from ws.listener.stop import StopSignal  # noqa: PLC0415
    from ws.settings import load  # noqa: PLC0415

    settings = replace(load(), connection=redis_arguments(redis_url))
    # A file is waited for: a thread that is started again may take the signal, and the main thread waits on for a lock.
    with StopSignal() as stop, Listener(ChangeLog(database_url, schema), settings) as listener:
        listener.observed.tell(lambda observation: say(f"{type(observation).__name__}: {observation}"))
        listener.observed.wait_for(Leading)
        if where == "before a batch":
            listener.before_publish(stop_here)
        say("ready")
        select([stop], [], [])


def stop_here() -> None:
    """Nothing more is done: a signal to the process may be taken by another thread, a little later."""
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
