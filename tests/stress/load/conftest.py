"""The script as somebody types it, and the log that it leaves."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from project.environment import CHECKOUT
from tests.conftest import ProgramRequirement

SCRIPT = CHECKOUT / "stress" / "test_load.sh"
MINUTE = 60.0
"""Within it the script must have said why it failed."""
NODE = "apt-get install nodejs npm"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of the script left."""

    status: int
    output: str
    log: str = field(repr=False)


Script = Callable[..., Outcome]


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Script]:
    """Run to its end, without a database unless the test names one. Its logs are removed."""
    logs: list[Path] = []

    def run(*options: str, environment: Mapping[str, str] | None = None) -> Outcome:
        variables = {"DATABASE_URL": "", "DEVELOPMENT_FOLDER": str(tmp_path), **(environment or {})}
        done = subprocess.run(
            [SCRIPT, *options],
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=MINUTE,
            check=False,
        )
        logs.extend(found := log_files(done.stdout))
        return Outcome(done.returncode, done.stdout, "".join(log.read_text(encoding="utf-8") for log in found))

    yield run
    for log in logs:
        log.unlink()


@pytest.fixture
def thor(require_program: ProgramRequirement) -> None:
    """For tests that let thor run."""
    require_program(["node", "nodejs"], NODE)
    require_program(["npm"], NODE)


def log_files(output: str) -> list[Path]:
    """The logs that an output names."""
    return [Path.cwd() / name for name in re.findall(r"log is in (\S+)", output)]
