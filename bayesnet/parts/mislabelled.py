"""Which training labels are wrong: does what a fit says of its own training rows point at them?"""

import numpy as np
import xarray as xr
from scipy.special import expit, log_expit, logsumexp
from sklearn.metrics import average_precision_score, precision_recall_curve

from bayesnet.fitting import training_rows
from bayesnet.grading import BOUNDS, RESAMPLES, interval, resampled_rows
from bayesnet.loo import approximate, loo
from bayesnet.parts.errors import mean_of_lowest
from bayesnet.parts.uncertainty import entropy
from bayesnet.problems.network.model import Network
from data import InputError
from data.published import UNKNOWN

CRITERIA = ("loss", "elpd", "sd", "entropy")


def wrong_label_detection(
    fits: dict[str, xr.DataTree], wrong: xr.DataArray, *, resamples: int = RESAMPLES, seed: int = 0
) -> xr.Dataset:
    """How well each method's word on its training rows finds those whose label is wrong.

    Parameters
    ----------
    fits : dict
        Fits of the same training rows by name.
    wrong : xarray.DataArray
        `(simulation)`: 1 where the label that the fits were given is wrong, 0 where it is right, -1 where that is not
        known. Rows of the last kind are left out. Must hold every training row, others do not matter.
    resamples, seed : int
        Bootstrap samples of the training rows, the same for every method and criterion.

    Returns
    -------
    xarray.Dataset
        `suspicion (method, criterion, train_simulation)`, higher for rows to look at first, and `wrong
        (train_simulation)`. The criteria: `loss`, minus the log of the posterior mean score of the given label; `elpd`,
        minus the leave-one-out log density of the label (see `bayesnet.loo`), a row that stands k times being left out
        k times at once; `sd` over draws of the score; `entropy` of its mean. What a method does not have (a point
        estimate: `elpd`, `sd`; a variational fit: `elpd`, which is the exact posterior's) is NaN.

        `precision (method, criterion, recall)`: share of wrong rows among those at least as suspicious as it takes to
        find the share `recall` of them, for 1, 2, ... of all `wrong_rows`. `average_precision (method, criterion)`, its
        mean over `recall`, with the 95 % bootstrap `interval (method, criterion, bound)` over training rows.
        `first_precision (method, criterion)`: share of wrong rows among the first `wrong_rows`, ties in random order.
        `base_rate`: that share among all rows, which guessing reaches in each of them.

    Raises
    ------
    InputError
        Where the fits' training rows differ, or `wrong` does not tell right from wrong rows among them.

    Notes
    -----
    Source: precision-recall curves and average precision without interpolation, Davis & Goadrich (2006), ICML. Rows
    equal in features and label are one row of a fit, and of this.
    """
    rows = _known_rows(fits, wrong)
    truth = wrong.sel(simulation=rows).values
    suspicion = np.stack([_suspicion(fit).sel(simulation=rows).values for fit in fits.values()])
    index = resampled_rows(len(rows), resamples, seed)
    count = np.stack([np.bincount(sample, minlength=len(rows)) for sample in index])  # (resample, row)
    found = [[_found(truth, one, count) for one in of_method] for of_method in suspicion]
    both = ("method", "criterion")
    dims = {"precision": ("recall",), "interval": ("bound",)}
    number = int(truth.sum())
    return xr.Dataset(
        {
            **{
                name: ((*both, *dims.get(name, ())), [[one[name] for one in of_method] for of_method in found])
                for name in found[0][0]
            },
            "suspicion": ((*both, "train_simulation"), suspicion),
            "wrong": ("train_simulation", truth),
            "wrong_rows": number,
            "base_rate": number / len(truth),
        },
        coords={
            "method": list(fits),
            "criterion": list(CRITERIA),
            "recall": np.arange(1, number + 1) / number,
            "bound": list(BOUNDS),
            "train_simulation": rows,
        },
    )


def _known_rows(fits: dict[str, xr.DataTree], wrong: xr.DataArray) -> np.ndarray:
    """Training rows of the fits of which it is known whether their label is right."""
    (first, reference), *others = fits.items()
    for name, fit in others:
        if not reference["observed_data"]["y"].equals(fit["observed_data"]["y"]):
            raise InputError(
                f"fits must be of the same training rows, those of {first} and {name} differ; "
                "fit both to one catalogue, balanced alike"
            )
    rows = reference["observed_data"]["simulation"].values
    missing = np.setdiff1d(rows, wrong["simulation"].values)
    if len(missing):
        raise InputError(
            f"wrong must hold every training row, got none for simulation {missing[0]}; mark it -1 if not known"
        )
    flags = wrong.sel(simulation=rows).values
    if set(np.unique(flags)) - {UNKNOWN} != {0, 1}:
        raise InputError(
            f"wrong must be 0, 1 or -1, with a 0 and a 1 among the training rows, got {np.unique(flags).tolist()}; "
            "say which labels are wrong"
        )
    return rows[flags != UNKNOWN]


def _suspicion(fit: xr.DataTree) -> xr.DataArray:
    """The criteria of every training row, `(criterion, simulation)`."""
    train, y = training_rows(fit), fit["observed_data"]["y"].values
    logit = Network.of(fit).logit(fit["posterior"].to_dataset(), train, train).values.reshape(-1, len(y))
    p = expit(logit)
    values = {
        # in logs, as 1 - p of a score near 1 has no digits left
        "loss": np.log(len(p)) - logsumexp(log_expit(np.where(y == 1, logit, -logit)), axis=0),
        "elpd": _minus_elpd(fit),
        "sd": p.std(axis=0) if len(p) > 1 else np.full(len(y), np.nan),
        "entropy": entropy(p.mean(axis=0)),
    }
    coords = {"criterion": list(CRITERIA), "simulation": train["simulation"].values}
    return xr.DataArray([values[name] for name in CRITERIA], coords, ("criterion", "simulation"))


def _minus_elpd(fit: xr.DataTree) -> np.ndarray:
    """Minus the ELPD of every training row; NaN where there is none, or it is not of the fit's own distribution."""
    rows = fit["constant_data"]["simulation"]
    estimate = None if approximate(fit) else loo(fit)
    if estimate is None:
        return np.full(rows.size, np.nan)
    return -estimate.elpd_i.sel(simulation=rows).values


def _found(wrong: np.ndarray, suspicion: np.ndarray, count: np.ndarray) -> dict[str, np.ndarray | float]:
    """What one criterion of one method finds, by the names of the result."""
    number = int(wrong.sum())
    if np.isnan(suspicion).any():
        nothing = {"precision": np.full(number, np.nan), "interval": np.full(2, np.nan)}
        return nothing | {"average_precision": np.nan, "first_precision": np.nan}
    precision, recall, _ = (part[::-1] for part in precision_recall_curve(wrong, suspicion))  # recall rises from 0
    return {
        "precision": precision[np.searchsorted(recall, np.arange(1, number + 1) / number)],
        "average_precision": average_precision_score(wrong, suspicion),
        "interval": interval(resampled_average_precision(wrong, suspicion, count)),
        "first_precision": mean_of_lowest(-suspicion, wrong)[number - 1],
    }


def resampled_average_precision(wrong: np.ndarray, suspicion: np.ndarray, count: np.ndarray) -> np.ndarray:
    """`sklearn.metrics.average_precision_score` of many weightings of the rows at once.

    Parameters
    ----------
    wrong, suspicion : ndarray of shape (n_rows,)
    count : ndarray of shape (n_resamples, n_rows)
        How often each row counts.

    Returns
    -------
    ndarray of shape (n_resamples,)
        NaN where no wrong row counts.
    """
    order = np.argsort(-suspicion, kind="stable")
    last = np.flatnonzero(np.diff(suspicion[order], append=-np.inf))  # of each tie: its rows are found together
    drawn = np.cumsum(count[:, order], axis=1)[:, last]
    found = np.cumsum((count * wrong)[:, order], axis=1)[:, last]
    precision = found / np.maximum(drawn, 1)
    total = np.where(found[:, -1] > 0, found[:, -1], np.nan)
    return (precision * np.diff(found, axis=1, prepend=0)).sum(axis=1) / total
