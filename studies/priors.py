"""What does the prior of the weights decide: its width, its scaling, hyperpriors, sparsity?"""

import sys

from bayesnet import Network
from studies.grid import Grid

WITHOUT_MLP = ("advi", "nuts")  # whose penalty stands for no such prior

STUDY = Grid(
    name="priors",
    question="N(0, sd^2), scaled by fan-in, learned scales, a scale an input: what does the prior decide?",
    changes={
        "sd-0.3": {"network": Network(prior_sd=0.3)},
        "sd-1": {"network": Network()},
        "sd-3": {"network": Network(prior_sd=3.0)},
        "fan-in": {"network": Network(prior="fan_in"), "methods": WITHOUT_MLP},
        "half-normal": {"network": Network(prior="half_normal"), "methods": WITHOUT_MLP},
        "ard": {"network": Network(prior="ard"), "methods": WITHOUT_MLP},
    },
    baseline="sd-1",
)

if __name__ == "__main__":
    from studies.__main__ import main

    main(["run", STUDY.name, *sys.argv[1:]])
