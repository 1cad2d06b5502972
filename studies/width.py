"""How many hidden units does the question need, and what do more of them change?"""

import sys

from bayesnet import Network
from studies.grid import Grid

STUDY = Grid(
    name="width",
    question="4 to 48 hidden units: how many does the question need?",
    changes={f"hidden-{units}": {"network": Network(hidden=units)} for units in (4, 8, 12, 24, 48)},
    baseline="hidden-12",
)

if __name__ == "__main__":
    from studies.__main__ import main

    main(["run", STUDY.name, *sys.argv[1:]])
