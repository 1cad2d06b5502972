"""What is a better representation worth, compared with a better posterior?

The same network is given the eight inputs of a rupture, the combinations of them that friction names (stress drop,
dynamic strength, strength drop, with dc and the geometry), and both.
"""

from bayesnet import Network
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid
from studies.rupture import STUDY as RUPTURE

RAW = tuple("hmc" if method == "nuts" else method for method in RUPTURE.methods)  # with all baselines

STUDY = Grid(
    name="inputs",
    question=QUESTIONS["inputs"],
    changes={
        "raw": {"problem": Network(), "methods": RAW},
        "physical": {"problem": Network(inputs="physical")},
        "both": {"problem": Network(inputs="both")},
    },
)

if __name__ == "__main__":
    run_script(STUDY)
