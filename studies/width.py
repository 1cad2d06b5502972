"""How many hidden units does the question need, and what do more of them change?"""

from bayesnet import Network
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid

STUDY = Grid(
    name="width",
    question=QUESTIONS["width"],
    changes={f"hidden-{units}": {"problem": Network(hidden=units)} for units in (4, 8, 12, 24, 48)},
    baseline="hidden-12",
)

if __name__ == "__main__":
    run_script(STUDY)
