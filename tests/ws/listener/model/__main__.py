"""`python -m tests.ws.listener.model`: how many worlds there are in each setup, and how each wrong way loses."""

from tests.ws.listener.model.exploration import Exploration, told
from tests.ws.listener.model.setups import LARGE, RIGHT, WRONG


def main() -> None:
    for name, setup in {**RIGHT, **LARGE}.items():
        exploration = Exploration(setup).run()
        found = exploration.lost() or exploration.leaked() or exploration.spun()
        print(f"{exploration.states:>9,} states  {name}: {'WRONG' if found else 'all is well'}")
    for name, wrong in WRONG.items():
        exploration = Exploration(wrong.setup).run()
        way = told(wrong.seen(exploration)) or "NOTHING FOUND"
        print(f"{exploration.states:>9,} states  {wrong.rule}, {name}: {way}")


if __name__ == "__main__":
    main()
