"""What a process and all that it started have used."""

import os
import subprocess
import sys

from stress.gateway.tree import members, memory_bytes, processor_seconds

PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "print(sum(range(2_000_000)), flush=True); input()"])
child.wait()
"""


def test_the_tree_has_the_children_too() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        found = members(parent.pid)
        assert len(found) == 2
        assert processor_seconds(parent.pid) >= processor_seconds(found[1]) > 0
        assert memory_bytes(parent.pid) > memory_bytes(found[1]) > 0
        parent.communicate("\n")
    assert os.getpid() in members(os.getpid())
