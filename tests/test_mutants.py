"""The runner of the mutants, on a tree of two files."""

import subprocess
from pathlib import Path

import pytest

from tests.mutants import LIST, Mutant, MutantError, main, read_mutants, read_verdict

SUM = "def add(one: int, two: int) -> int:\n    return one + two\n"
TEST = """
from sums import add

def test_it_adds():
    assert add(2, 3) == 5, "the sum is lost"

def test_it_takes_anything():
    add(1, 1)

def test_it_is_wrong():
    assert add(1, 1) == 3
"""


def entry(**other: str) -> str:
    """One of the list."""
    values = {
        "rule": "S1",
        "breaks": "subtracts",
        "file": "sums.py",
        "replace": "one + two",
        "by": "one - two",
        "test": "test_sums.py::test_it_adds",
        **other,
    }
    return "[[mutant]]\n" + "".join(f'{name} = "{value}"\n' for name, value in values.items())


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository; the list is what the test makes it."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "sums.py").write_text(SUM, encoding="utf-8")
    (tmp_path / "test_sums.py").write_text(TEST, encoding="utf-8")
    for command in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)  # noqa: S607 - as the runner finds it
    (tmp_path / "untracked.py").write_text("", encoding="utf-8")
    return tmp_path


def write_list(checkout: Path, *entries: str) -> None:
    (checkout / LIST).write_text("\n".join(entries), encoding="utf-8")


def test_a_mutant_that_its_test_sees_is_caught(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_list(checkout, entry())
    assert main(checkout, []) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["S1   | subtracts | the sum is lost", "1 passed, 0 failed"]
    assert (checkout / "sums.py").read_text(encoding="utf-8") == SUM


def test_a_mutant_that_no_test_sees_is_a_failure(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_list(checkout, entry(test="test_sums.py::test_it_takes_anything"), entry(file="untracked.py"))
    assert main(checkout, []) == 1
    told = capsys.readouterr().out
    assert "FAILED: SURVIVED" in told
    assert "FAILED: there is no tracked file untracked.py" in told
    assert told.endswith("0 passed, 2 failed\n")


def test_a_mutant_that_cannot_be_run_is_not_caught(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_list(checkout, entry(by="one +"))
    assert main(checkout, []) == 1
    assert "FAILED: the test could not be run: E   SyntaxError" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["test_it_is_wrong", "test_that_is_not_there"])
def test_nothing_is_broken_before_all_tests_pass(checkout: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_list(checkout, entry(), entry(test=f"test_sums.py::{name}"))
    assert main(checkout, []) == 1
    told = capsys.readouterr()
    assert name in told.err
    assert told.out == ""


@pytest.mark.parametrize(("text", "count"), [("one", 2), ("three", 0)])
def test_what_is_replaced_occurs_once(text: str, count: int) -> None:
    with pytest.raises(MutantError, match=f"occurs {count} times"):
        Mutant("S1", "", "sums.py", text, "", "").applied("one + two + one")


def test_a_replacement_changes_something() -> None:
    with pytest.raises(MutantError, match="changes nothing"):
        Mutant("S1", "", "sums.py", "one", "one", "").applied("one")


def test_rules_are_chosen_by_name(checkout: Path) -> None:
    write_list(checkout, entry(), entry(rule="S2"))
    assert [mutant.rule for mutant in read_mutants(checkout / LIST, ["S2"])] == ["S2"]
    with pytest.raises(MutantError, match="no mutant breaks S3; there are S1, S2"):
        read_mutants(checkout / LIST, ["S2", "S3"])


def test_an_entry_has_what_it_needs_and_nothing_else(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_list(checkout, entry(because="of that"))
    assert main(checkout, []) == 1
    assert "expected the texts breaks, by, file, replace, rule, test" in capsys.readouterr().err


def test_a_test_that_does_not_end_has_caught_nothing() -> None:
    assert not read_verdict(None, "").is_caught


def test_the_list_names_files_and_texts_of_this_checkout() -> None:
    root = Path(__file__).resolve().parent.parent
    for mutant in read_mutants(root / LIST, []):
        assert mutant.applied((root / mutant.file).read_text(encoding="utf-8"))
        assert (root / mutant.test.partition("::")[0]).is_file(), mutant.test
