"""What does the prior of the weights decide: its width, its scaling, hyperpriors, sparsity?"""

from bayesnet import Network
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid

WITHOUT_MLP = ("advi", "hmc")  # whose penalty stands for no such prior

STUDY = Grid(
    name="priors",
    question=QUESTIONS["priors"],
    changes={
        "sd-0.3": {"problem": Network(prior_sd=0.3)},
        "sd-1": {"problem": Network()},
        "sd-3": {"problem": Network(prior_sd=3.0)},
        "fan-in": {"problem": Network(prior="fan_in"), "methods": WITHOUT_MLP},
        "half-normal": {"problem": Network(prior="half_normal"), "methods": WITHOUT_MLP},
        "ard": {"problem": Network(prior="ard"), "methods": WITHOUT_MLP},
    },
    baseline="sd-1",
)

if __name__ == "__main__":
    run_script(STUDY)
