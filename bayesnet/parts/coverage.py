"""Whether outcomes fall where each method's predictive distribution says: of problems with Gaussian noise."""

import numpy as np
import xarray as xr
from scipy.stats import binomtest

from bayesnet.contract import Part
from bayesnet.grading import BOUNDS
from bayesnet.problems import problem_of
from bayesnet.problems.gaussian import GaussianProblem

NOMINAL = (0.5, 0.8, 0.95)  # of central predictive intervals


def coverage(fit: xr.DataTree) -> xr.Dataset:
    """How often outcomes of test rows lie in the predictive intervals of a fit.

    The predictive distribution of a new observation is the mixture over draws of the Gaussians about their predictions.

    Returns
    -------
    xarray.Dataset
        Empty where the outcomes of the problem have no Gaussian noise. `pit (row)`: predictive probability of less than
        what was observed, uniform between 0 and 1 where the predictive distribution is right (Dawid 1984, J. R. Stat.
        Soc. A 147; Gneiting et al. 2007, J. R. Stat. Soc. B 69); the dimension is that of the problem's rows. `coverage
        (level)`: share of rows inside the central predictive interval of that nominal level; `coverage_interval (level,
        bound)`: its exact 95 % interval (Clopper & Pearson 1934, Biometrika 26), as if rows were independent: errors
        of the same prediction are not, so that it is too narrow.
    """
    problem = problem_of(fit)
    if not isinstance(problem, GaussianProblem):
        return xr.Dataset()
    rows = fit["predictions_constant_data"].to_dataset()
    (predicted,) = fit["predictions"].data_vars.values()
    pit = problem.probability(rows[problem.outcome], predicted, rows).mean(("chain", "draw"))
    inside = [int((np.abs(pit.values - 0.5) <= level / 2).sum()) for level in NOMINAL]
    ends = [binomtest(count, pit.size).proportion_ci(0.95, method="exact") for count in inside]
    return xr.Dataset(
        {
            "pit": (pit.dims, pit.values),
            "coverage": ("level", np.array(inside) / pit.size),
            "coverage_interval": (("level", "bound"), [[end.low, end.high] for end in ends]),
        },
        coords={dim: predicted[dim].values for dim in pit.dims} | {"level": list(NOMINAL), "bound": list(BOUNDS)},
    )


PART = Part(lambda c: c.of_each(coverage), across=("coverage", "coverage_interval"))
