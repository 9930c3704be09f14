import json

import pytest

from stress.chaos.changes import RowChange, Told, key, project, row_of, told


def message(status: str, version: str, seq: int, row: int = 7) -> str:
    uuid = key(row).replace("-", "")
    return json.dumps({"status": status, "model": "reservation", "uuid": uuid, "project": version, "seq": seq})


def test_a_row_and_its_key_name_each_other() -> None:
    assert key(10) == "00000000-0000-4000-8000-00000000000a"
    assert row_of(key(4000)) == row_of(key(4000).replace("-", "")) == 4000


def test_a_message_tells_its_change() -> None:
    assert told(message("updated", project(4), 17)) == Told(17, RowChange(7, 4, "updated"), None)


def test_a_deletion_is_the_change_after_the_one_that_it_tells() -> None:
    assert told(message("deleted", project(4), 18)) == Told(18, RowChange(7, 5, "deleted"), None)


def test_an_announcement_tells_its_epoch() -> None:
    text = '{"status": "resync", "model": "reservation", "uuid": null, "epoch": "00aa", "seq": 1}'
    assert told(text) == Told(1, None, "00aa")


@pytest.mark.parametrize("text", ["--heartbeat--", "[1]", '{"status": "updated"}'])
def test_what_is_not_the_pipelines_is_nothing(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"seq": 1, "status": "updated"}',
        message("updated", "many", 1),
        message("truncated", project(1), 1),
        '{"status": "updated", "model": "project", "uuid": "00", "seq": 1}',
    ],
)
def test_what_the_pipeline_must_not_say_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="an unexpected message"):
        told(text)
