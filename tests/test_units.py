"""The units of systemd in docs/deployment.md."""

import re
import shlex

import pytest
from django.core.management import load_command_class

from project.environment import CHECKOUT

UNITS = re.findall(
    r"# /etc/systemd/system/(\S+)\n(.*?)```", (CHECKOUT / "docs/deployment.md").read_text("utf-8"), re.DOTALL
)


@pytest.mark.parametrize(("name", "unit"), UNITS, ids=[name for name, _ in UNITS])
def test_the_commands_of_the_units_are_understood(name: str, unit: str) -> None:
    started = re.search("ExecStart=(.*)", unit)
    if started is None:
        assert name.endswith(".socket")
        return
    python, manage, command, *arguments = shlex.split(started[1])
    assert (python[-7:], manage) == ("/python", "manage.py")
    load_command_class("ws", command).create_parser(manage, command).parse_args(arguments)
