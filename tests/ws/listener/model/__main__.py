"""`python -m tests.ws.listener.model`: how many worlds there are in each setup, and how each wrong way loses."""

import sys

from tests.ws.listener.model.exploration import Exploration
from tests.ws.listener.model.setups import RIGHT, WRONG


def main() -> None:
    for name, setup in RIGHT.items():
        exploration = Exploration(setup).run()
        found = exploration.lost() or exploration.leaked() or exploration.spun()
        sys.stdout.write(f"{exploration.states:>9,} states  {name}: {'WRONG' if found else 'all is well'}\n")
    for name, wrong in WRONG.items():
        exploration = Exploration(wrong.setup).run()
        way = "\n    ".join(wrong.seen(exploration) or ["NOTHING FOUND"])
        sys.stdout.write(f"{exploration.states:>9,} states  {wrong.rule}, {name}:\n    {way}\n")


if __name__ == "__main__":
    main()
