"""The command line: `bayesnet`, or `python -m studies`, with every study that there is."""

from studies import (
    activations,
    commands,
    inputs,
    labels,
    likelihood,
    okada,
    paper,
    priors,
    provenance,
    rupture,
    solver,
    width,
)
from studies.question import Question

STUDIES: dict[str, Question] = {
    module.STUDY.name: module.STUDY
    for module in (rupture, paper, labels, provenance, inputs, likelihood, priors, activations, width, okada, solver)
}


def main(arguments: list[str] | None = None) -> None:
    """Run the command line with all studies."""
    commands.main(STUDIES, arguments)


if __name__ == "__main__":
    main()
