"""Is the story the same whatever bends the hidden units?"""

import sys

from bayesnet import Network
from studies.grid import Grid

WITHOUT_MLP = ("advi", "nuts")  # scikit-learn does not have these activations

STUDY = Grid(
    name="activations",
    question="ReLU, tanh, sigmoid, leaky ReLU or softplus: is the story the same?",
    changes={
        "relu": {"network": Network(activation="relu")},
        "tanh": {"network": Network(activation="tanh")},
        "sigmoid": {"network": Network(activation="sigmoid")},
        "leaky-relu": {"network": Network(activation="leaky_relu"), "methods": WITHOUT_MLP},
        "softplus": {"network": Network(activation="softplus"), "methods": WITHOUT_MLP},
    },
)

if __name__ == "__main__":
    from studies.__main__ import main

    main(["run", STUDY.name, *sys.argv[1:]])
