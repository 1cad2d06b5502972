"""Agreement of each method's predictions with the reference sampler's, beside the best that could be reached."""

import numpy as np
import xarray as xr
from scipy.stats import wasserstein_distance

from bayesnet.metrics import THRESHOLD
from bayesnet.scores import predicted_scores, same_test_rows
from data import InputError


def predictive_agreement(fit: xr.DataTree, reference: xr.DataTree) -> xr.Dataset:
    """How close the predictive distributions of two fits are.

    Parameters
    ----------
    fit, reference : xarray.DataTree
        Fits tested on the same rows.

    Returns
    -------
    xarray.Dataset
        Of each test row (`simulation`): `total_variation` between the predicted outcomes, |mean p - mean p_ref|;
        `wasserstein`, the Wasserstein-1 distance between the draws of the score; `sd_ratio`, the predictive sd over the
        reference's. Their means `mean_...` (of the sd: ratio of the mean sds) and, of the distances, `worst_...` and
        `worst_row`, the simulation of largest Wasserstein distance. `class_agreement`: share of rows assigned to the
        same class (Izmailov et al. 2021, ICML; Wilson et al. 2022). A point estimate has no sd: NaN.

    Raises
    ------
    InputError
        Where the test rows differ.
    """
    same_test_rows({"the fit": fit, "the reference": reference})
    return _agreement(predicted_scores(fit)[1], predicted_scores(reference)[1], fit["predictions"]["simulation"].values)


def ceiling(reference: xr.DataTree) -> xr.Dataset:
    """Agreement of each chain of the reference with the other chains together: no method can be told to do better.

    Returns
    -------
    xarray.Dataset
        As `predictive_agreement`, with a dimension `chain`.

    Raises
    ------
    InputError
        For a reference of a single chain.
    """
    p = reference["predictions"]["p"].transpose("chain", "draw", "simulation").values
    if len(p) < 2:
        raise InputError(f"a reference needs at least 2 chains, got {len(p)}; sample it with more")
    simulation = reference["predictions"]["simulation"].values
    held_out = [_agreement(p[i], np.concatenate(np.delete(p, i, axis=0)), simulation) for i in range(len(p))]
    return xr.concat(held_out, dim=reference["predictions"]["chain"])


def _agreement(p: np.ndarray, reference: np.ndarray, simulation: np.ndarray) -> xr.Dataset:
    """Agreement of scores `(draw, row)` of two fits; the numbers of draws may differ."""
    mean, mean_reference = p.mean(axis=0), reference.mean(axis=0)
    sd = p.std(axis=0) if len(p) > 1 else np.full(p.shape[1], np.nan)
    sd_reference = reference.std(axis=0)
    variation = np.abs(mean - mean_reference)
    distance = np.array([wasserstein_distance(a, b) for a, b in zip(p.T, reference.T, strict=True)])
    return xr.Dataset(
        {
            "total_variation": ("simulation", variation),
            "wasserstein": ("simulation", distance),
            "sd_ratio": (
                "simulation",
                np.divide(sd, sd_reference, out=np.full_like(sd, np.nan), where=sd_reference > 0),
            ),
            "class_agreement": ((mean > THRESHOLD) == (mean_reference > THRESHOLD)).mean(),
            "mean_total_variation": variation.mean(),
            "mean_wasserstein": distance.mean(),
            "mean_sd_ratio": sd.mean() / sd_reference.mean(),
            "worst_total_variation": variation.max(),
            "worst_wasserstein": distance.max(),
            "worst_row": simulation[distance.argmax()],
        },
        coords={"simulation": simulation},
    )
