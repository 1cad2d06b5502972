"""Does it matter how the network is told of its errors: as a class, or as a number with Gaussian noise?"""

from bayesnet import Network
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid

STUDY = Grid(
    name="likelihood",
    question=QUESTIONS["likelihood"],
    changes={
        "bernoulli": {"problem": Network()},
        "gaussian": {"problem": Network(likelihood="gaussian"), "methods": ("advi", "hmc")},
        "upsampled": {"problem": Network(balance="upsample")},
        "weighted": {"problem": Network(balance="weight")},
    },
)

if __name__ == "__main__":
    run_script(STUDY)
