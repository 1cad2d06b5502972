"""Does it matter how the network is told of its errors: as a class, or as a number with Gaussian noise?"""

import sys

from bayesnet import Network
from studies.grid import Grid

STUDY = Grid(
    name="likelihood",
    question="Bernoulli, the Gaussian of the authors' notebook, or balanced classes: what does the likelihood decide?",
    changes={
        "bernoulli": {"network": Network(), "balance": "none"},
        "gaussian": {"network": Network(likelihood="gaussian"), "balance": "none", "methods": ("advi", "nuts")},
        "upsampled": {"network": Network(), "balance": "upsample"},
        "weighted": {"network": Network(), "balance": "weight"},
    },
)

if __name__ == "__main__":
    from studies.__main__ import main

    main(["run", STUDY.name, *sys.argv[1:]])
