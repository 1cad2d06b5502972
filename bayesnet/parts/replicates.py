"""Coverage over many truths: of a posterior in closed form, and of the independent Gaussians nearest to it."""

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.problems.gaussian import mean_field_optimum
from bayesnet.problems.tomography import Tomography
from bayesnet.problems.tomography.profile import zone_cells
from data.travel_times import SLOWNESS_SD, load_travel_times, mean_slowness

TRUTHS = 200
FIRST_SEED = 1000  # of their data; that of the study is smaller
LEVEL = 1.959964  # sds to each side of the mean: 95 % of a Gaussian
POSTERIORS = ("exact", "mean_field")


def replicates(problem: Tomography, truths: int = TRUTHS) -> xr.Dataset:
    """How often 95 % intervals hold the true slowness, where truth and noise are drawn again for every replicate.

    Truths are drawn from the Gaussian process, whatever the prior of the problem.

    Returns
    -------
    xarray.Dataset
        `covered (posterior, zone)`: share of the cells of a zone, mean over replicates, by the exact posterior and by
        the independent Gaussians nearest to it; `covered_se`: standard error over replicates. Of the sds, which no
        data change, `sd_ratio (posterior, zone)`: median over the cells of the sd over that of the process, and
        `sd_ratio_low`, `sd_ratio_high`, its least and largest; `mean_field_ratio`, `mean_field_ratio_low`,
        `mean_field_ratio_high (zone)`: the same of mean-field sds over exact ones. `truths`: number of replicates.
    """
    sets = [load_travel_times(FIRST_SEED + place) for place in range(truths)]
    y = np.array([problem.train(one, 0)["y"].values for one in sets])  # (truth, observation)
    means, sds = posterior_of_all(problem, problem.train(sets[0], 0), y)
    errors = np.abs(np.array([one["slowness"].values for one in sets]) - means)
    inside = np.array([errors <= LEVEL * sds[name] for name in POSTERIORS])  # (posterior, truth, cell)
    cells = zone_cells()
    shares = np.stack([inside[..., some].mean(axis=-1) for some in cells.values()], axis=-1)
    found = {
        "covered": (("posterior", "zone"), shares.mean(axis=1)),
        "covered_se": (("posterior", "zone"), shares.std(axis=1, ddof=1) / np.sqrt(truths)),
        "truths": truths,
    }
    ratio = {name: sds[name] / SLOWNESS_SD for name in POSTERIORS}
    between = sds["mean_field"] / sds["exact"]
    for end, statistic in {"": np.median, "_low": np.min, "_high": np.max}.items():
        of_zones = [[statistic(ratio[name][some]) for some in cells.values()] for name in POSTERIORS]
        found[f"sd_ratio{end}"] = ("posterior", "zone"), of_zones
        found[f"mean_field_ratio{end}"] = "zone", [statistic(between[some]) for some in cells.values()]
    return xr.Dataset(found, {"posterior": list(POSTERIORS), "zone": list(cells)})


def posterior_of_all(problem: Tomography, train: xr.Dataset, y: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Posterior means of the slowness for many sets of arrivals, and its sds, which are the same for all.

    Parameters
    ----------
    problem : Tomography
    train : xarray.Dataset
        The receivers and their noise; its own arrivals do not matter.
    y : ndarray of shape (set, observation)
        Arrivals in s.

    Returns
    -------
    means : ndarray of shape (set, cell)
    sds : dict of str to ndarray of shape (cell,)
        By the exact posterior and by the independent Gaussians nearest to it: see POSTERIORS.
    """
    exact, (offset, operator), functions = problem.exact(train), problem.linear(train, train), problem.functions()
    gain = exact.covariance @ (operator / train["sd"].values[:, None] ** 2).T  # (coefficient, observation)
    variances = {"exact": exact.covariance, "mean_field": np.diag(mean_field_optimum(exact)[0] ** 2)}
    sds = {name: np.sqrt(((functions @ variance) * functions).sum(axis=1)) for name, variance in variances.items()}
    return mean_slowness() + (y - offset) @ (functions @ gain).T, sds


def _compute(c: Context) -> xr.Dataset:
    """`replicates`; nothing where the posterior is not known in closed form."""
    return replicates(c.problem) if isinstance(c.problem, Tomography) else xr.Dataset()


NUMBERS = ("covered", "covered_se", "sd_ratio", "mean_field_ratio")
PART = Part(_compute, across=NUMBERS)
