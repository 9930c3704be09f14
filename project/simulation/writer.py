"""Steps in, changes of the database out: for each part of a step chance chooses one of the ways to write it."""

from collections.abc import Sequence
from itertools import groupby
from random import Random

from django.db import transaction

from project.simulation.rows import Edit, Step, UnitRow
from project.simulation.ways import (
    DELETES,
    INSERTS,
    UPDATES,
    Way,
    bulk_create,
    bulk_update,
    copy,
    delete_instances,
    delete_queryset,
    insert,
    update,
)

MANY = 50
"""From so many rows on, only those ways that need few statements."""
QUICK = frozenset[Way]({bulk_create, insert, copy, update, bulk_update, *DELETES[1:]})
ROLLED_BACK, IN_ONE_TRANSACTION, CASCADED = 0.02, 0.5, 0.5
"""How often a step is first written in vain, updates are one transaction, and a unit is deleted by its row alone."""

Part = tuple[Way, Sequence[Edit]]


class Writer:
    """Writes steps. `changes` counts the rows that were changed, and that is what listeners must hear."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.changes = 0

    def write(self, step: Step) -> bool:
        """Whether all rows were as the step supposed. Where they were not, the plan must be read again.

        Raises what Django raises when the database is away, or refuses: a row that the step stands on is gone.
        """
        parts = self._parts(step.edits)
        if parts and self._random.random() < ROLLED_BACK:
            _write_in_vain(parts[0])
        is_update = all(edit.before and edit.after for edit in step.edits)
        if is_update and self._random.random() >= IN_ONE_TRANSACTION:
            changed = sum(self._write(part) for part in parts)
        else:
            with transaction.atomic():
                changed = sum(way(edits) for way, edits in parts)
            self.changes += changed
        return changed == len(step.edits)

    def _write(self, part: Part) -> int:
        way, edits = part
        changed = way(edits)
        self.changes += changed
        return changed

    def _parts(self, edits: Sequence[Edit]) -> list[Part]:
        """Neighbours of one table and one kind go together; of a unit that goes, Django may find what goes with it."""
        if edits and _is_removal_of_unit(edits[-1]) and self._random.random() < CASCADED:
            return [(self._random.choice([delete_instances, delete_queryset]), edits[-1:])]
        groups = [list(group) for _, group in groupby(edits, lambda edit: (type(edit.row), _ways(edit)))]
        return [(self._choice(group), group) for group in groups]

    def _choice(self, edits: Sequence[Edit]) -> Way:
        ways = _ways(edits[0])
        return self._random.choice([way for way in ways if len(edits) < MANY or way in QUICK])


def _is_removal_of_unit(edit: Edit) -> bool:
    return isinstance(edit.before, UnitRow) and edit.after is None


def _ways(edit: Edit) -> tuple[Way, ...]:
    if edit.before is None:
        return INSERTS
    return DELETES if edit.after is None else UPDATES


def _write_in_vain(part: Part) -> None:
    """A transaction that is rolled back: nobody must hear of it."""
    way, edits = part
    with transaction.atomic():
        way(edits)
        transaction.set_rollback(True)
