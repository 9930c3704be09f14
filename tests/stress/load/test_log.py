from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from stress.load.log import create_log

NOW = datetime(2026, 11, 21, 13, 5, 9, tzinfo=UTC)


def test_a_log_is_named_by_date_and_time(tmp_path: Path) -> None:
    """Compatibility R16."""
    with create_log(tmp_path / "new", NOW) as log:
        assert Path(log.name).name == "2026-11-21_13-05-09.txt"


def test_tests_of_one_second_overwrite_nothing(tmp_path: Path) -> None:
    with ExitStack() as logs:
        for number in range(3):
            logs.enter_context(create_log(tmp_path, NOW)).write(str(number))
    assert sorted(log.read_text(encoding="utf-8") for log in tmp_path.iterdir()) == ["0", "1", "2"]
