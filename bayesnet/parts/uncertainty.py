"""Predictive uncertainty of every test row, and what kind it is."""

import numpy as np
import xarray as xr
from scipy.special import entr

from bayesnet.contract import Part
from bayesnet.fitting import predicted
from bayesnet.metrics import THRESHOLD

MEASURES = ("sd", "total", "aleatoric", "epistemic")
CELLS = ("TP", "TN", "FP", "FN")


def predictive_uncertainty(fit: xr.DataTree) -> xr.Dataset:
    """Uncertainty of every test row.

    Parameters
    ----------
    fit : xarray.DataTree
        See `bayesnet.fit`.

    Returns
    -------
    xarray.Dataset
        `score (simulation)`: posterior mean score; `uncertainty (measure, simulation)`: `sd` over draws of the score
        (the paper's), and in nats the `total` entropy H(mean p), its `aleatoric` part mean H(p) and its `epistemic`
        part, total minus aleatoric: the mutual information of outcome and weights (Houlsby et al. 2011,
        arXiv:1112.5745; Depeweg et al. 2018, ICML). A point estimate has a total entropy only, the rest is NaN.
        `label`, `cell (simulation)` of the confusion matrix. Coordinate `measure`.

    Notes
    -----
    Entropies are of an outcome that is 1 with the probability of the score, also where the network was fitted with the
    Gaussian likelihood, N(score, 1): there they are not those of the fitted outcome.
    """
    label, p = predicted(fit)
    score = p.mean(axis=0)
    total = entropy(score)
    if len(p) > 1:
        aleatoric = entropy(p).mean(axis=0)
        measures = [p.std(axis=0), total, aleatoric, total - aleatoric]
    else:
        absent = np.full(len(label), np.nan)
        measures = [absent, total, absent, absent]
    called = score > THRESHOLD
    cell = np.select([called & (label == 1), ~called & (label == 0), called], CELLS[:3], CELLS[3])
    return xr.Dataset(
        {
            "score": ("simulation", score),
            "uncertainty": (("measure", "simulation"), measures),
            "label": ("simulation", label),
            "cell": ("simulation", cell),
        },
        coords={"measure": list(MEASURES), "simulation": fit["predictions"]["simulation"].values},
    )


def entropy(p: np.ndarray) -> np.ndarray:
    """Entropy of a Bernoulli outcome in nats."""
    return entr(p) + entr(1 - p)


PART = Part(lambda c: c.of_each(predictive_uncertainty))
