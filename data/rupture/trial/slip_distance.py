"""Which slip distance dc the published labels were computed with: their own, or 0.4 m in every row."""

import numpy as np
import xarray as xr
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression

from data.rupture.trial.answers import COMMON, PUBLISHED
from data.rupture.trial.rows import count_by_block, share

#: Sum of the blocks that had no part in choosing the solver's settings.
APART = "all but validate"

#: Inputs of the regression; those marked are taken as logarithms.
REGRESSORS = {
    "slip_distance": True,
    "stress_drop": True,
    "strength_drop": True,
    "steepness": False,
    "barrier_width": False,
    "stress_ratio": False,
}


def dc_evidence(simulations: xr.Dataset) -> xr.Dataset:
    """Return which dc the labels side with where the solver's two answers to a row differ.

    Parameters
    ----------
    simulations : xarray.Dataset
        From `join`.

    Returns
    -------
    xarray.Dataset
        Over `block`, its sum "all", and `APART`, all but the validation rows, which the solver's settings were chosen
        on: `differing` rows of known (repaired) label, those that side `with_common`, 0.4 m
        in every row, and `with_published`; the `share` with the common one and its interval; and `p`, two-sided, of
        the hypothesis that labels side with either equally often (McNemar 1947, exact).
    """
    repaired = simulations["label"].sel(labelling="repaired", drop=True)
    common, published = (simulations["answer"].sel(dc=name, drop=True) for name in (COMMON, PUBLISHED))
    decisive = np.isfinite(repaired) & (abs(common - published) == 1)  # not where an answer is missing
    counts = xr.Dataset(
        {
            "differing": count_by_block(decisive),
            "with_common": count_by_block(decisive & (common == repaired)),
            "with_published": count_by_block(decisive & (published == repaired)),
        }
    )
    sums = {"all": counts, APART: counts.drop_sel(block="validate")}
    counts = xr.concat([counts, *(part.sum("block").expand_dims(block=[name]) for name, part in sums.items())], "block")
    p = [_sign_test(*pair) for pair in zip(counts["with_common"].values, counts["differing"].values, strict=True)]
    return counts.assign(share(counts["with_common"], counts["differing"])).assign(p=("block", p))


def _sign_test(k: int, n: int) -> float:
    """Return the two-sided p of k in n when either side is equally likely; NaN where there are no rows."""
    return float(binomtest(int(k), int(n)).pvalue) if n else np.nan


def dc_slopes(simulations: xr.Dataset) -> xr.Dataset:
    """Return how outcomes depend on the published dc, from logistic regressions of them on the physics of a row.

    Compare the slope of ln dc of the labels with that of the answers which did use the published dc, and with that of
    the answers which did not.

    Parameters
    ----------
    simulations : xarray.Dataset
        From `join`.

    Returns
    -------
    xarray.Dataset
        Over `outcome` ("labels", repaired; "answers, dc 0.4"; "answers, dc published") and `input` (of `REGRESSORS`):
        `slope` of the log odds of propagation (per unit of the input or of its logarithm), `standard_error` from the
        Fisher information, and `lower`, `upper`, the 95 % interval. All are over the same `rows` (attribute).
    """
    complete = np.isfinite(simulations["label"].sel(labelling="repaired")) & np.isfinite(simulations["answer"]).all(
        "dc"
    )
    known = simulations.isel(simulation=np.flatnonzero(complete))
    x = np.column_stack([np.log(known[name]) if log else known[name] for name, log in REGRESSORS.items()])
    outcomes = {
        "labels": known["label"].sel(labelling="repaired"),
        **{f"answers, dc {name}": known["answer"].sel(dc=name) for name in (COMMON, PUBLISHED)},
    }
    slope, error = np.swapaxes([logistic_slopes(x, outcome.values) for outcome in outcomes.values()], 0, 1)
    dims = ("outcome", "input")
    parts = {"slope": slope, "standard_error": error, "lower": slope - 1.96 * error, "upper": slope + 1.96 * error}
    return xr.Dataset(
        {name: (dims, values) for name, values in parts.items()},
        {"outcome": list(outcomes), "input": [f"ln {name}" if log else name for name, log in REGRESSORS.items()]},
        {"rows": len(x)},
    )


def logistic_slopes(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the slopes of an unpenalised logistic regression and their standard errors.

    Parameters
    ----------
    x : ndarray of shape (n, n_inputs)
    y : ndarray of shape (n,)
        Outcomes, 0 or 1.

    Returns
    -------
    slope, standard_error : ndarray of shape (n_inputs,)
        Per unit of each input; errors from the Fisher information.
    """
    sd = x.std(axis=0)
    z = (x - x.mean(axis=0)) / sd
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8, max_iter=1000).fit(z, y)
    p = model.predict_proba(z)[:, 1]
    design = np.column_stack([np.ones(len(z)), z])
    covariance = np.linalg.inv(design.T @ (design * (p * (1 - p))[:, None]))
    return model.coef_[0] / sd, np.sqrt(np.diag(covariance))[1:] / sd
