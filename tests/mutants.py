"""`make mutants`: breaks each rule on purpose, and shows that its test fails, and with which words.

In: `tests/mutants.toml`, whose entries name a rule, what is broken, a file of this checkout, a text in it that occurs
once, another one in its place, and a test. Out: a table, and status 0 if all tests pass in the tracked tree as it is,
and each fails in a copy of it with its mutant in place. With rules as arguments (`D2 X1`), only theirs.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory

CHECKOUT = Path(__file__).resolve().parent.parent
LIST = Path("tests/mutants.toml")
TEST_SECONDS = 300.0
INTERRUPT_SECONDS = 30.0
SEEN_CHARACTERS = 300


class MutantError(Exception):
    """The list is wrong, or what it says does not fit the tree."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One way to break a rule."""

    rule: str
    breaks: str
    file: str
    replace: str
    by: str
    test: str

    def applied(self, text: str) -> str:
        """The file's text with the replacement made. Raises MutantError unless it can be made exactly once."""
        if self.replace == self.by:
            raise MutantError("the replacement changes nothing")
        if (count := text.count(self.replace)) != 1:
            raise MutantError(f"the text to replace occurs {count} times in {self.file}, and not once")
        return text.replace(self.replace, self.by)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the test failed as it should, and what it saw."""

    is_caught: bool
    seen: str


def read_mutants(file: Path, rules: Sequence[str]) -> list[Mutant]:
    """Those of these rules, or all. Raises MutantError."""
    entries = tomllib.loads(file.read_text(encoding="utf-8")).get("mutant", [])
    wanted = {field.name for field in fields(Mutant)}
    for entry in entries:
        if set(entry) != wanted or not all(isinstance(value, str) for value in entry.values()):
            raise MutantError(f"expected the texts {', '.join(sorted(wanted))} in {entry!r}")
    mutants = [Mutant(**entry) for entry in entries]
    known = {mutant.rule for mutant in mutants}
    if unknown := sorted(set(rules) - known):
        raise MutantError(f"no mutant breaks {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    return [mutant for mutant in mutants if not rules or mutant.rule in rules]


def copy_tracked(checkout: Path, copy: Path) -> None:
    """Every tracked file as it is now, changes that are not committed included."""
    git = shutil.which("git")
    assert git is not None, "there is no git"
    listed = subprocess.run([git, "ls-files", "-z"], cwd=checkout, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        source, target = checkout / name, copy / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def run_tests(copy: Path, tests: Sequence[str], *options: str) -> tuple[int | None, str]:
    """The exit status of pytest, None where it was ended for taking too long, and its output."""
    environment = {
        name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE" and "PYTEST" not in name
    }
    # No byte code: what was compiled from a mutant of the same size would pass for the original.
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "1000", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, *tests]
    with subprocess.Popen(
        command,
        cwd=copy,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        try:
            output = running.communicate(timeout=TEST_SECONDS)[0]
        except subprocess.TimeoutExpired:
            # pytest ends its servers when it is interrupted.
            running.send_signal(signal.SIGINT)
            try:
                return None, running.communicate(timeout=INTERRUPT_SECONDS)[0]
            except subprocess.TimeoutExpired:
                running.kill()
                return None, ""
        return running.returncode, output


def judge(copy: Path, mutant: Mutant) -> Verdict:
    """Break the rule in the copy, run its test, and mend the copy."""
    file = copy / mutant.file
    if not file.is_file():
        return Verdict(is_caught=False, seen=f"there is no tracked file {mutant.file}")
    original = file.read_text(encoding="utf-8")
    try:
        file.write_text(mutant.applied(original), encoding="utf-8")
    except MutantError as error:
        return Verdict(is_caught=False, seen=str(error))
    try:
        return read_verdict(*run_tests(copy, [mutant.test], "-x"))
    finally:
        file.write_text(original, encoding="utf-8")


def read_verdict(status: int | None, output: str) -> Verdict:
    """From pytest's exit status and output. Only a test that ran and failed has caught its mutant."""
    if status is None:
        return Verdict(is_caught=False, seen=f"the test did not end within {TEST_SECONDS:.0f} s")
    if status == 0:
        return Verdict(is_caught=False, seen="SURVIVED: the test passes all the same")
    failed = re.search(r"(?m)^FAILED \S+.*? - (.*)", output)
    if status != 1 or failed is None:
        return Verdict(is_caught=False, seen=f"the test could not be run: {last_line(output)}")
    seen = re.sub(r"^\w*Error: ", "", failed[1])
    return Verdict(is_caught=True, seen=seen if len(seen) <= SEEN_CHARACTERS else f"{seen[:SEEN_CHARACTERS]}…")


def last_line(output: str) -> str:
    """Of those that say what is wrong, if any."""
    lines = [line for line in output.splitlines() if line.strip()] or ["no output"]
    errors = [line for line in lines if line.startswith("E  ")] or [line for line in lines if line.startswith("ERROR")]
    return (errors or lines)[-1]


def failures_unbroken(copy: Path, mutants: Sequence[Mutant]) -> str:
    """What pytest says of all the tests in the tree as it is, if they do not all pass."""
    tests = list(dict.fromkeys(mutant.test for mutant in mutants))
    status, output = run_tests(copy, tests)
    return "" if status == 0 and " skipped" not in output.splitlines()[-1] else output


def main(checkout: Path, rules: Sequence[str]) -> int:
    try:
        mutants = read_mutants(checkout / LIST, rules)
    except (MutantError, OSError, tomllib.TOMLDecodeError) as error:
        print(f"{LIST}: {error}", file=sys.stderr)
        return 1
    with TemporaryDirectory(prefix="mutants") as folder:
        copy = Path(folder)
        copy_tracked(checkout, copy)
        if output := failures_unbroken(copy, mutants):
            print(f"{output}\nNothing was broken yet, and not all of these tests pass.", file=sys.stderr)
            return 1
        print("rule | what was broken | what the test saw")
        caught = 0
        for mutant in mutants:
            verdict = judge(copy, mutant)
            caught += verdict.is_caught
            mark = "" if verdict.is_caught else "FAILED: "
            print(f"{mutant.rule:4} | {mutant.breaks} | {mark}{verdict.seen}", flush=True)
    print(f"{caught} passed, {len(mutants) - caught} failed")
    return 0 if caught == len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main(CHECKOUT, sys.argv[1:]))
