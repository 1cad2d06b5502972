"""Agreement of each method's predictions with those of the reference."""

import numpy as np
import xarray as xr
from scipy.stats import wasserstein_distance

from bayesnet.context import Context, along
from bayesnet.contract import Part, Problem
from bayesnet.fitting import predicted
from bayesnet.grading import same_test_rows
from bayesnet.metrics import THRESHOLD
from bayesnet.problems import problem_of


def predictive_agreement(fit: xr.DataTree, reference: xr.DataTree) -> xr.Dataset:
    """How close the predictive distributions of two fits are.

    Parameters
    ----------
    fit, reference : xarray.DataTree
        Fits tested on the same rows.

    Returns
    -------
    xarray.Dataset
        For each test row: `wasserstein`, the Wasserstein-1 distance between the draws of the expected outcome,
        `wasserstein_sd`, the same in sds of the reference's draws, and `sd_ratio`, the predictive sd over the
        reference's; of a classifier `total_variation` between the predicted outcomes, |mean p - mean p_ref|. Their
        means `mean_...` (of the sd: ratio of the mean sds) and, of the distances, `worst_...` and `worst_row`, the row
        of largest Wasserstein distance. Of a classifier `class_agreement`: share of rows assigned to the same class
        (Izmailov et al. 2021, ICML; Wilson et al. 2022). A point estimate has no sd: NaN, as where it is the
        reference.

    Raises
    ------
    InputError
        Where the test rows differ.
    """
    same_test_rows({"the fit": fit, "the reference": reference})
    rows = fit["predictions"].to_dataset().coords
    return agreement(problem_of(fit), predicted(fit)[1], predicted(reference)[1], _row(rows))


def agreement(problem: Problem, draws: np.ndarray, reference: np.ndarray, row: xr.DataArray) -> xr.Dataset:
    """Agreement of predictions `(sample, row)` of two fits, whose numbers of draws may differ: see above."""
    mean, mean_reference = draws.mean(axis=0), reference.mean(axis=0)
    sd = draws.std(axis=0) if len(draws) > 1 else np.full(draws.shape[1], np.nan)
    sd_reference = reference.std(axis=0)
    spread = float(sd_reference.mean())
    distance = np.array([wasserstein_distance(a, b) for a, b in zip(draws.T, reference.T, strict=True)])
    of_row = {
        "wasserstein": distance,
        "wasserstein_sd": _over(distance, sd_reference),
        "sd_ratio": _over(sd, sd_reference),
    }
    found = {
        "mean_wasserstein": distance.mean(),
        "mean_wasserstein_sd": of_row["wasserstein_sd"].mean(),
        "mean_sd_ratio": sd.mean() / spread if spread else np.nan,
        "worst_wasserstein": distance.max(),
        "worst_row": row.values[distance.argmax()],
    }
    if problem.classes:
        of_row["total_variation"] = np.abs(mean - mean_reference)
        found |= {
            "mean_total_variation": of_row["total_variation"].mean(),
            "worst_total_variation": of_row["total_variation"].max(),
            "class_agreement": ((mean > THRESHOLD) == (mean_reference > THRESHOLD)).mean(),
        }
    return xr.Dataset({name: (row.dims, values) for name, values in of_row.items()} | found, row.coords)


def _over(values: np.ndarray, sd: np.ndarray) -> np.ndarray:
    return np.divide(values, sd, out=np.full_like(values, np.nan), where=sd > 0)


def _row(coords: xr.Coordinates) -> xr.DataArray:
    """The coordinate of the rows."""
    (name,) = set(coords.dims) - {"chain", "draw"}
    return coords[name].reset_coords(drop=True)


def _compute(c: Context) -> xr.Dataset:
    others = {name: fit for name, fit in c.fits.items() if name != c.reference}
    return along("method", {name: predictive_agreement(fit, c.fits[c.reference]) for name, fit in others.items()})


PART = Part(_compute)
