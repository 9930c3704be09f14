"""The rows name statuses and columns as the models do."""

import pytest

from project.models import Status as ModelStatus
from project.simulation.rows import Row, Status
from project.simulation.store import MODELS, columns


def test_the_statuses_are_the_models() -> None:
    assert [*Status] == ModelStatus.values


@pytest.mark.parametrize("table", MODELS)
def test_a_rows_fields_are_columns_of_its_table(table: type[Row]) -> None:
    assert {*columns(table)} <= {field.attname for field in MODELS[table]._meta.concrete_fields}
