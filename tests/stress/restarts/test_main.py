"""The whole test as somebody types it, short."""

import os
import re
import subprocess
import sys

from project.environment import CHECKOUT
from tests.ws.keeper.conftest import site_environment

SHORT = ["--restarts", "3", "--clients", "100", "--rate", "100", "--workers", "1"]
SECONDS_AT_MOST = 240.0


def test_nobody_is_refused_and_nothing_is_lost_while_workers_are_replaced(redis_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stress.restarts", *SHORT],
        cwd=CHECKOUT,
        env={**os.environ, **site_environment(redis_url), "DJANGO_SETTINGS_MODULE": "project.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS_AT_MOST,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"3 restarts under 100 clients: 300 reconnects, .* 0 refused", done.stdout), done.stdout
