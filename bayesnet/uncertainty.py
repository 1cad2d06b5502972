"""Predictive uncertainty: what kind, where it is high, and whether it knows the errors."""

import numpy as np
import xarray as xr
from scipy.special import entr
from scipy.stats import spearmanr
from sklearn.decomposition import PCA

from bayesnet.fitting import predicted_inputs
from bayesnet.metrics import THRESHOLD, roc_auc
from bayesnet.scores import predicted_scores

MEASURES = ("sd", "total", "aleatoric", "epistemic")
CELLS = ("TP", "TN", "FP", "FN")
BINS = 10  # of the score, equal widths


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
    label, p = predicted_scores(fit)
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


def uncertainty_by_group(uncertainty: xr.Dataset) -> xr.Dataset:
    """Where the uncertainty is high.

    Parameters
    ----------
    uncertainty : xarray.Dataset
        Of `predictive_uncertainty`.

    Returns
    -------
    xarray.Dataset
        Means of each measure: `by_class (measure, label)` of the true class, `by_cell (measure, cell)` of the confusion
        matrix with `rows (cell)`, `by_score (measure, score_bin)` with `score_rows (score_bin)`: the paper's Figure 5,
        high near a score of 0.5. `centre_correlation (measure)`: Spearman correlation with -|score - 0.5|.
        `propagation_ratio (measure)`: mean of class 1 over that of class 0. Groups without rows are NaN.
    """
    values = uncertainty["uncertainty"]
    label, cell, score = (uncertainty[name].values for name in ("label", "cell", "score"))
    bins = np.minimum((score * BINS).astype(int), BINS - 1)
    by_class = _means(values, label, [0, 1])
    centre = -np.abs(score - 0.5)
    correlation = [spearmanr(row, centre).statistic if np.ptp(row) > 0 else np.nan for row in values.values]
    return xr.Dataset(
        {
            "by_class": (("measure", "label"), by_class),
            "by_cell": (("measure", "cell"), _means(values, cell, CELLS)),
            "by_score": (("measure", "score_bin"), _means(values, bins, range(BINS))),
            "rows": ("cell", [int((cell == name).sum()) for name in CELLS]),
            "score_rows": ("score_bin", np.bincount(bins, minlength=BINS)),
            "centre_correlation": ("measure", correlation),
            "propagation_ratio": ("measure", by_class[:, 1] / by_class[:, 0]),
        },
        coords={
            "measure": values["measure"].values,
            "label": [0, 1],
            "cell": list(CELLS),
            "score_bin": (np.arange(BINS) + 0.5) / BINS,
        },
    )


def _means(values: xr.DataArray, group: np.ndarray, names) -> np.ndarray:
    """Mean over the rows of each group, `(measure, group)`; NaN for an empty one."""
    chosen = [values.values[:, group == name] for name in names]
    return np.stack([part.mean(axis=1) if part.shape[1] else np.full(len(part), np.nan) for part in chosen], axis=1)


def error_detection(uncertainty: xr.Dataset) -> xr.Dataset:
    """Does the uncertainty know which rows are misclassified?

    Parameters
    ----------
    uncertainty : xarray.Dataset
        Of `predictive_uncertainty`.

    Returns
    -------
    xarray.Dataset
        `error_auc (measure)`: probability that a misclassified row is more uncertain than a right one (Hendrycks &
        Gimpel 2017, ICLR); NaN where no row is misclassified. `selective_accuracy (measure, kept)`: accuracy over the
        share `kept` of most certain rows (Geifman & El-Yaniv 2017, NeurIPS), ties counted as their expectation; `area
        (measure)`: its mean over `kept`.
    """
    values = uncertainty["uncertainty"].values  # (measure, row)
    wrong = np.isin(uncertainty["cell"].values, ("FP", "FN")).astype(int)
    kept = np.arange(1, len(wrong) + 1) / len(wrong)
    auc, curve = [], []
    for row in values:
        known = np.isfinite(row).all()
        auc.append(float(roc_auc(wrong, row)) if known and np.ptp(row) > 0 else np.nan)
        curve.append(mean_of_lowest(row, 1 - wrong) if known else np.full(len(wrong), np.nan))
    return xr.Dataset(
        {
            "error_auc": ("measure", auc),
            "selective_accuracy": (("measure", "kept"), curve),
            "area": ("measure", np.mean(curve, axis=1)),
        },
        coords={"measure": uncertainty["measure"].values, "kept": kept},
    )


def mean_of_lowest(measure: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Mean of `values` over the k rows of lowest `measure`, k = 1 ... n; each row of a tie counts the tie's mean."""
    _, tie, size = np.unique(measure, return_inverse=True, return_counts=True)
    expected = np.bincount(tie, weights=values) / size  # mean within a tie
    in_order = np.repeat(expected, size)
    return np.cumsum(in_order) / np.arange(1, len(values) + 1)


def input_plane(fit: xr.DataTree) -> xr.Dataset:
    """Test rows in the plane of the first two principal components of the standardised training inputs.

    Returns
    -------
    xarray.Dataset
        `plane (simulation, component)` of the test rows, `loadings (component, feature)` and `explained (component)`,
        the share of the variance, as in the authors' notebook. Signs follow scikit-learn's convention.
    """
    constant = fit["constant_data"]
    pca = PCA(n_components=min(2, constant.sizes["feature"]), svd_solver="full").fit(constant["x"].values)
    x = predicted_inputs(fit)
    return xr.Dataset(
        {
            "plane": (("simulation", "component"), pca.transform(x.values)),
            "loadings": (("component", "feature"), pca.components_),
            "explained": ("component", pca.explained_variance_ratio_),
        },
        coords={
            "simulation": x["simulation"].values,
            "component": np.arange(1, pca.n_components_ + 1),
            "feature": constant["feature"].values,
        },
    )
