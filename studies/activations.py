"""Is the story the same whatever bends the hidden units?"""

from bayesnet import Network
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid

WITHOUT_MLP = ("advi", "hmc")  # scikit-learn does not have these activations

STUDY = Grid(
    name="activations",
    question=QUESTIONS["activations"],
    changes={
        "relu": {"problem": Network(activation="relu")},
        "tanh": {"problem": Network(activation="tanh")},
        "sigmoid": {"problem": Network(activation="sigmoid")},
        "leaky-relu": {"problem": Network(activation="leaky_relu"), "methods": WITHOUT_MLP},
        "softplus": {"problem": Network(activation="softplus"), "methods": WITHOUT_MLP},
    },
)

if __name__ == "__main__":
    run_script(STUDY)
