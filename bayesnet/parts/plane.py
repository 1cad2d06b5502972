"""Test rows of a rupture catalogue in the plane of shear stress and dynamic strength, and each method's boundary in it.

A rupture is driven by the shear stress sxy and resisted, once it slides, by the dynamic strength mu_d |syy|. Their
difference is the static stress drop. Simulated ruptures need it to be positive and small beside both, so all rows lie
close above the diagonal of the plane; the boundary between arrest and propagation is therefore given as a stress drop.
"""

import numpy as np
import xarray as xr
from scipy.special import expit

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.fitting import predicted
from bayesnet.grading import BOUNDS, RESAMPLES, interval, resampled_rows
from bayesnet.metrics import THRESHOLD
from data import rows
from data.seeds import seed_for

NEEDED = ("sxy", "syy", "mu_d")
RIDGE = 1e-4  # of the slopes per row, so that scores of 0 and 1 alone have a boundary too
STEPS = 50  # of Newton's method, which takes about seven
NEAR = 0.25  # share of the rows that are nearest to a boundary


def stress_plane(test: xr.Dataset) -> xr.Dataset:
    """Shear stress, dynamic strength and stress drop of rows; empty where a catalogue lacks what they need.

    Parameters
    ----------
    test : xarray.Dataset
        Rows with `features (simulation, feature)` and their `units (feature)`.

    Returns
    -------
    xarray.Dataset
        `stress`, |sxy|; `strength`, mu_d |syy|; `drop`, their difference, each `(simulation)` in the unit of sxy.
    """
    if not set(NEEDED) <= set(test["feature"].values.tolist()):
        return xr.Dataset()
    sxy, syy, mu_d = (test["features"].sel(feature=name, drop=True) for name in NEEDED)
    found = xr.Dataset({"stress": abs(sxy), "strength": mu_d * abs(syy)})
    found["drop"] = found["stress"] - found["strength"]
    unit = str(test["units"].sel(feature="sxy").item())
    for values in found.data_vars.values():
        values.attrs["units"] = unit
    return found.reset_coords(drop=True)


def boundary(plane: xr.Dataset, p: np.ndarray, *, resamples: int = RESAMPLES, seed: int = 0) -> xr.Dataset:
    """Line in the plane along which scores pass 0.5, whatever the other inputs of the rows.

    A logistic function of strength and stress drop is fitted to the scores as they are (fractional logistic regression,
    Papke & Wooldridge 1996, J. Appl. Econometrics 11, 619-632), so the other inputs vary as they do among the rows: the
    line is where the mean score of such rows is about 0.5, and no row is made up for it.

    Parameters
    ----------
    plane : xarray.Dataset
        See `stress_plane`.
    p : ndarray of shape (n_samples, n_rows)
        Score of each draw; the outcomes themselves for their own boundary.
    resamples, seed : int
        As of `bayesnet.score`.

    Returns
    -------
    xarray.Dataset
        `threshold`: stress drop on the line at the median strength of the rows; `slope`: change of that stress drop per
        unit of strength, 0 where the stress drop alone decides. `threshold_interval`, `slope_interval (bound)`: 95 %
        over test rows and draws, by a bootstrap sample of the rows with a draw for each. `same_class`: share of the
        rows that the line puts into the class of the posterior mean score, beside `commoner_class`, the share that
        one gets right who takes the commoner class for all. `sd_near`, `sd_far`: mean predictive sd of the quarter of
        the rows nearest to the line, and of the others; NaN for a point estimate. All are NaN where the scores of all
        rows are on one side of 0.5.
    """
    strength, drop = plane["strength"].values, plane["drop"].values
    score = p.mean(axis=0)
    called = score > THRESHOLD
    names = ("threshold", "slope")
    if called.all() or not called.any():
        absent = dict.fromkeys((*names, "same_class", "commoner_class", "sd_near", "sd_far"), np.nan)
        return xr.Dataset(
            absent | {f"{name}_interval": ("bound", [np.nan] * 2) for name in names}, {"bound": [*BOUNDS]}
        )
    index = resampled_rows(len(drop), resamples, seed)
    weight = np.stack([np.bincount(sample, minlength=len(drop)) for sample in index]).astype(float)
    draws = p[np.random.default_rng(seed_for(seed, "draws of the boundary")).integers(len(p), size=len(index))]
    own = _line(strength, drop, score[None], np.ones((1, len(drop))))[:, 0]  # (threshold, slope)
    ends = [interval(values) for values in _line(strength, drop, draws, weight)]
    distance = drop - own[0] - own[1] * (strength - np.median(strength))
    near = np.argsort(np.argsort(np.abs(distance))) < NEAR * len(drop)
    sd = p.std(axis=0) if len(p) > 1 else np.full(len(drop), np.nan)
    found = dict(zip(names, own, strict=True)) | {
        "same_class": np.mean((distance > 0) == called),
        "commoner_class": max(called.mean(), 1 - called.mean()),
        "sd_near": sd[near].mean(),
        "sd_far": sd[~near].mean(),
    }
    found |= {f"{name}_interval": ("bound", end) for name, end in zip(names, ends, strict=True)}
    return xr.Dataset(found, {"bound": [*BOUNDS]})


def _line(strength: np.ndarray, drop: np.ndarray, p: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Threshold and slope of the line of each sample, `(2, sample)`, for scores and weights `(sample, row)`.

    Newton's method for the weighted likelihood of a logistic function of standardised inputs.
    """
    middle, scale = np.median(strength), np.array([drop.std(), strength.std()])
    terms = np.column_stack([np.ones(len(drop)), (drop - drop.mean()) / scale[0], (strength - middle) / scale[1]])
    penalty = RIDGE * weight.sum(axis=1)[:, None] * [0.0, 1.0, 1.0]  # (sample, term)
    beta = np.zeros((len(p), 3))
    for _ in range(STEPS):
        fitted = expit(beta @ terms.T)  # (sample, row)
        gradient = (weight * (p - fitted)) @ terms - penalty * beta
        curvature = np.einsum("sr,ri,rj->sij", weight * fitted * (1 - fitted), terms, terms, optimize=True)
        curvature[:, range(3), range(3)] += penalty
        step = np.linalg.solve(curvature, gradient[..., None])[..., 0]
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    along, across = beta[:, 1] / scale[0], beta[:, 2] / scale[1]
    return np.stack([drop.mean() - beta[:, 0] / along, -across / along])


def rupture_plane(c: Context) -> xr.Dataset:
    """The test rows in the plane, with the boundary of every method and that of the outcomes (`outcome_...`)."""
    test = rows(c.data, "test")
    plane = stress_plane(test)
    if not plane.data_vars:
        return plane
    of_methods = c.of_each(lambda fit: boundary(plane, predicted(fit)[1], seed=c.seed))
    of_outcomes = boundary(plane, test["label"].values[None].astype(float), seed=c.seed).drop_vars(
        ("sd_near", "sd_far")
    )
    return xr.merge(
        [plane, of_methods, of_outcomes.rename({name: f"outcome_{name}" for name in of_outcomes.data_vars})]
    )


PART = Part(rupture_plane)
