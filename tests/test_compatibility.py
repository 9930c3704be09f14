"""docs/compatibility.md and the tests agree: each row is named by a test, and no test names a row that is not there.

A test names rows by a sentence of its docstring: `Compatibility`, their ids with commas between them, and a full stop.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from project.environment import CHECKOUT

TABLE = CHECKOUT / "docs" / "compatibility.md"
WORD = "Compatibility"
ID = "[A-Z][0-9]+"
SENTENCE = re.compile(rf"\b{WORD} ({ID}(?:, {ID})*)\.(?=\s|$)")


def first_cells(page: str) -> list[str]:
    """Of every row of every table, but for its head."""
    cells = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("|")]
    return [cell for cell in cells if cell != "id" and cell.strip("-")]


def described(module: str) -> Iterator[tuple[str, str]]:
    """The name and the docstring of each of its tests."""
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name, ast.get_docstring(node) or ""


def rows_named(docstring: str) -> list[str]:
    return [row for sentence in SENTENCE.findall(docstring) for row in sentence.split(", ")]


def faults(page: str, modules: Mapping[str, str]) -> list[str]:
    """A sentence for each disagreement between the page and the modules of tests, which are texts by their paths."""
    rows = Counter(first_cells(page))
    found = [f"{row!r} is no id" for row in rows if not re.fullmatch(ID, row)]
    found += [f"{row} stands in the table {count} times" for row, count in rows.items() if count > 1]
    named = set[str]()
    for path, module in modules.items():
        for test, docstring in described(module):
            names = rows_named(docstring)
            named.update(names)
            found += [f"{path}::{test} names {row}, which no table has" for row in names if row not in rows]
            if docstring.count(WORD) != len(SENTENCE.findall(docstring)):
                found.append(f"{path}::{test} names rows in a way that is not understood")
    return found + [f"no test names {row}" for row in rows if row not in named]


def test_each_row_is_named_by_a_test_and_each_name_is_a_rows() -> None:
    paths = sorted((CHECKOUT / "tests").rglob("test_*.py"))
    modules = {str(path.relative_to(CHECKOUT)): path.read_text(encoding="utf-8") for path in paths}
    assert faults(TABLE.read_text(encoding="utf-8"), modules) == []


PAGE = "# Title\n\n| id | theirs | ours |\n|---|---|---|\n| S1 | a | b |\n| S2 | c | same |\n\nNo row: | S3 |\n"
AGREES = '''
class TestSomething:
    def test_inside(self):
        """A fact. Compatibility S2."""

async def test_outside():
    """A fact.

    Compatibility S1, S2.
    """
'''


def test_a_page_and_tests_that_agree_have_no_fault() -> None:
    assert faults(PAGE, {"t.py": AGREES}) == []


@pytest.mark.parametrize(
    ("page", "module", "fault"),
    [
        (PAGE + "| S4 | d | e |\n", AGREES, "no test names S4"),
        (PAGE + "| S1 | d | e |\n", AGREES, "S1 stands in the table 2 times"),
        (PAGE + "| one | d | e |\n", AGREES, "'one' is no id"),
        (PAGE.replace("S2", "S3"), AGREES, "t.py::test_outside names S2, which no table has"),
        (
            PAGE,
            AGREES.replace("S1, S2.", "S1 and S2."),
            "t.py::test_outside names rows in a way that is not understood",
        ),
        (PAGE, AGREES.replace("S1, S2.", "S1"), "t.py::test_outside names rows in a way that is not understood"),
        (PAGE, AGREES.replace("test_outside", "outside"), "no test names S1"),
        (PAGE, AGREES.replace('"""A fact.\n', 'x = """A fact.\n'), "no test names S1"),
    ],
    ids=["unnamed", "twice", "no id", "not there", "and", "no full stop", "no test", "no docstring"],
)
def test_each_disagreement_is_told(page: str, module: str, fault: str) -> None:
    assert fault in faults(page, {"t.py": module})
