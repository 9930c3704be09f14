"""Every way in which applications write: edits of one table and one kind in, the number of changed rows out.

An update names the row as it was: where somebody was there between, nothing is written, and the count tells.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple
from io import StringIO
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F
from psycopg2 import sql

from project.simulation.rows import Edit, ObservationRow, Row
from project.simulation.store import MODELS, columns

Way = Callable[[Sequence[Edit]], int]
NULL = "\\N"
GROWING = "recorded_bytes"


def save_new(edits: Sequence[Edit]) -> int:
    for row in _after(edits):
        _made(row).save(force_insert=True)
    return len(edits)


def bulk_create(edits: Sequence[Edit]) -> int:
    return len(_model(edits)._default_manager.bulk_create([_made(row) for row in _after(edits)]))


def get_or_create(edits: Sequence[Edit]) -> int:
    made = 0
    for row in _after(edits):
        made += _model(edits)._default_manager.get_or_create(id=row.id, defaults=_values(row))[1]
    return made


def insert(edits: Sequence[Edit]) -> int:
    """INSERT with many VALUES."""
    rows = [astuple(row) for row in _after(edits)]
    values = sql.SQL(", ").join([sql.SQL("({})").format(_placeholders(rows[0]))] * len(rows))
    statement = sql.SQL("INSERT INTO {} ({}) VALUES {}").format(_table(edits), _columns(edits), values)
    return _execute(statement, [value for row in rows for value in row])


def copy(edits: Sequence[Edit]) -> int:
    """COPY FROM STDIN."""
    lines = StringIO(newline="")
    csv.writer(lines).writerows([NULL if it is None else it for it in astuple(row)] for row in _after(edits))
    lines.seek(0)
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv, NULL {})").format(
        _table(edits), _columns(edits), sql.Literal(NULL)
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, lines)
        return int(cursor.rowcount)


def save(edits: Sequence[Edit]) -> int:
    """The row is locked, looked at, and saved."""
    with transaction.atomic():
        found = _locked(edits)
        for row, changes in found:
            _set(row, changes).save(update_fields=list(changes))
    return len(found)


def bulk_update(edits: Sequence[Edit]) -> int:
    """One UPDATE that gives each row its own values."""
    with transaction.atomic():
        found = [_set(row, changes) for row, changes in _locked(edits)]
        names = sorted({name for edit in edits for name in _changes(edit)})
        return _model(edits)._default_manager.bulk_update(found, names) if found else 0


def update(edits: Sequence[Edit]) -> int:
    """QuerySet.update(), once for all rows that were alike and become alike."""
    alike = defaultdict[tuple[Any, ...], list[Edit]](list)
    for edit in edits:
        alike[tuple(_condition(edit).items()), tuple(_changes(edit).items())].append(edit)
    return sum(
        _model(edits)
        ._default_manager.filter(id__in=[it.row.id for it in group], **dict(condition))
        .update(**{name: _grown(name, value) for name, value in changes})
        for (condition, changes), group in alike.items()
    )


def update_by_sql(edits: Sequence[Edit]) -> int:
    changed = 0
    for edit in edits:
        changes, condition = _changes(edit), {"id": edit.row.id, **_condition(edit)}
        statement = sql.SQL("UPDATE {} SET {} WHERE {}").format(
            _table(edits),
            sql.SQL(", ").join(_assignment(name) for name in changes),
            sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in condition),
        )
        changed += _execute(statement, [*changes.values(), *condition.values()])
    return changed


def delete_instances(edits: Sequence[Edit]) -> int:
    return sum(_model(edits)(id=edit.row.id).delete()[0] for edit in edits)


def delete_queryset(edits: Sequence[Edit]) -> int:
    return _model(edits)._default_manager.filter(id__in=[edit.row.id for edit in edits]).delete()[0]


def delete_by_sql(edits: Sequence[Edit]) -> int:
    statement = sql.SQL("DELETE FROM {} WHERE id = ANY (%s)").format(_table(edits))
    return _execute(statement, [[edit.row.id for edit in edits]])


INSERTS: tuple[Way, ...] = (save_new, bulk_create, get_or_create, insert, copy)
UPDATES: tuple[Way, ...] = (save, update, bulk_update, update_by_sql)
DELETES: tuple[Way, ...] = (delete_instances, delete_queryset, delete_by_sql)


def _execute(statement: sql.Composable, values: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _model(edits: Sequence[Edit]) -> type[models.Model]:
    return MODELS[type(edits[0].row)]


def _table(edits: Sequence[Edit]) -> sql.Identifier:
    return sql.Identifier(_model(edits)._meta.db_table)


def _columns(edits: Sequence[Edit]) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(name) for name in columns(type(edits[0].row)))


def _placeholders(row: Sequence[object]) -> sql.Composable:
    return sql.SQL(", ").join([sql.Placeholder()] * len(row))


def _after(edits: Iterable[Edit]) -> list[Row]:
    return [edit.row for edit in edits]


def _values(row: Row) -> dict[str, Any]:
    return dict(zip(columns(type(row)), astuple(row), strict=True))


def _made(row: Row) -> models.Model:
    return MODELS[type(row)](**_values(row))


def _condition(edit: Edit) -> dict[str, Any]:
    """What must still be as it was when the change was thought of."""
    before = edit.before
    assert before is not None, f"{edit} is no update"
    return {"status": before.status, **({"start": before.start} if isinstance(before, ObservationRow) else {})}


def _changes(edit: Edit) -> dict[str, Any]:
    """Column → new value; for one that grows, by how much."""
    before, after = _values(edit.before or edit.row), _values(edit.row)
    changed = {name: value for name, value in after.items() if value != before[name]}
    if GROWING in changed:
        changed[GROWING] -= before[GROWING]
    return changed


def _grown(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return F(name) + value if name == GROWING else value


def _assignment(name: str) -> sql.Composable:
    column = sql.Identifier(name)
    return sql.SQL("{} = {} + %s" if name == GROWING else "{} = %s").format(*[column] * (2 if name == GROWING else 1))


def _locked(edits: Sequence[Edit]) -> list[tuple[models.Model, dict[str, Any]]]:
    """Those rows that are still as they were, locked in the order of their keys, each with its changes."""
    by_key = {edit.row.id: edit for edit in edits}
    found = _model(edits)._default_manager.select_for_update().filter(id__in=by_key).order_by("id")
    return [(row, _changes(by_key[row.pk])) for row in found if _is_as_it_was(row, by_key[row.pk])]


def _is_as_it_was(row: models.Model, edit: Edit) -> bool:
    return all(getattr(row, name) == value for name, value in _condition(edit).items())


def _set(row: models.Model, changes: dict[str, Any]) -> models.Model:
    for name, value in changes.items():
        setattr(row, name, getattr(row, name) + value if name == GROWING else value)
    return row
