"""A gateway to say everything to, with the database of this session's tests."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.fuzz.gateway import Gateway
from tests.fuzz.giving import give
from tests.fuzz.heads import Known


@pytest.fixture
def known(transactional_db: None) -> Known:  # noqa: ARG001 - it is written to
    return give()


@pytest.fixture
def gateway(database_url: str, redis_url: str, known: Known) -> Iterator[Gateway]:
    database = f"{database_url.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    with Gateway(database, redis_url, [*known.tickets, *known.sessions]) as running:
        yield running
