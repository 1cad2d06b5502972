import numpy as np
import pytest
import xarray as xr

from bayesnet.parts.scores import paired_differences
from reports.differences import difference
from reports.verdict import verdict, warnings
from reports.words import ABSENT

ZERO = (0.0, 0.0, 0.0)


def made(
    methods: dict[str, dict],
    leads: dict[tuple[str, str], tuple[float, float, float]],
    *,
    accuracy_leads: dict[tuple[str, str], tuple[float, float, float]] | None = None,
    mcnemar_p: float = 0.001,
    reference: str = "nuts",
) -> xr.DataTree:
    """A comparison by hand: figures of each method, and differences (value, lower, upper) of log score and accuracy."""
    names = list(methods)

    def of(key: str) -> tuple[str, list[float]]:
        return "method", [methods[name].get(key, np.nan) for name in names]

    both = {"log_score": _signed(leads), "accuracy": _signed(accuracy_leads or leads)}
    pairs = np.array(
        [[[both[metric].get((a, b), ZERO) for metric in both] for b in names] for a in names]
    )  # (method, other, metric, 3)
    scored = ("accuracy", "log_score", "predictive_sd")
    scores = xr.Dataset(
        {"value": (("method", "metric"), np.array([of(key)[1] for key in scored]).T)},
        {"method": names, "metric": list(scored)},
    )
    differences = xr.Dataset(
        {
            "difference": (("method", "other", "metric"), pairs[..., 0]),
            "interval": (("method", "other", "metric", "bound"), pairs[..., 1:]),
            "mcnemar_p": (("method", "other"), np.full(pairs.shape[:2], mcnemar_p)),
        },
        {"method": names, "other": names, "metric": list(both), "bound": ["lower", "upper"]},
    )
    keys = ("rhat_max", "ess_min", "divergences", "khat", "converged")
    diagnostics = xr.Dataset({key: of(key) for key in keys}, {"method": names})
    agreement = xr.Dataset({key: of(key) for key in ("class_agreement", "mean_sd_ratio")}, {"method": names})
    run = xr.Dataset({"seconds": of("seconds")}, {"method": names})
    tree = xr.DataTree.from_dict(
        {"scores": scores, "differences": differences, "diagnostics": diagnostics, "agreement": agreement, "run": run}
    )
    tree.attrs["reference"] = reference
    return tree


def _signed(leads: dict) -> dict:
    return leads | {(b, a): (-value, -upper, -lower) for (a, b), (value, lower, upper) in leads.items()}


MLP = {"log_score": -0.3, "accuracy": 0.90, "converged": 1, "seconds": 2.0}
ADVI = {
    "log_score": -0.25,
    "accuracy": 0.91,
    "converged": 1,
    "predictive_sd": 0.02,
    "khat": 1.4,
    "class_agreement": 0.93,
    "mean_sd_ratio": 0.5,
    "seconds": 30.0,
}
NUTS = {
    "log_score": -0.2,
    "accuracy": 0.94,
    "converged": 1,
    "predictive_sd": 0.04,
    "rhat_max": 1.002,
    "ess_min": 800,
    "divergences": 0,
    "seconds": 600.0,
}
CLEAR = {("nuts", "mlp"): (0.1, 0.05, 0.15), ("nuts", "advi"): (0.05, 0.02, 0.08), ("advi", "mlp"): (0.05, 0.01, 0.09)}
OPEN = {("nuts", "mlp"): (0.1, -0.02, 0.22), ("nuts", "advi"): (0.05, -0.01, 0.1), ("advi", "mlp"): (0.05, -0.1, 0.2)}


def text(comparison):
    return " ".join(verdict(comparison))


def test_a_sampler_that_did_not_converge():
    lost = NUTS | {"converged": 0, "rhat_max": 1.31, "ess_min": 12, "divergences": 7}
    comparison = made({"mlp": MLP, "nuts": lost}, {("nuts", "mlp"): (0.1, 0.05, 0.15)})
    assert "NUTS did not converge in its predictions (R-hat at most 1.310" in text(comparison)
    assert "7 divergences" in text(comparison)
    assert any("NUTS did not converge" in warning for warning in warnings(comparison))
    assert not warnings(made({"mlp": MLP, "nuts": NUTS}, CLEAR))


def test_an_approximation_without_a_sampler():
    comparison = made({"mlp": MLP, "advi": ADVI}, {("advi", "mlp"): (0.05, 0.01, 0.09)}, reference="advi")
    assert "k-hat alone tells how far" in text(comparison)
    assert "for ADVI, k-hat 1.4 (above 0.7) calls it far from the posterior." in text(comparison)
    assert "over test rows, not over starts of an optimiser" in verdict(comparison)[0]
    assert "Held against" not in text(comparison)
    assert "the Bayesian one by ADVI was worth it" in text(comparison)


def test_an_optimiser_that_stopped_early_is_named():
    comparison = made({"mlp": MLP | {"converged": 0}, "nuts": NUTS}, CLEAR)
    assert "The optimiser of MLP had not converged when it stopped." in verdict(comparison)


def test_what_must_not_be_overlooked():
    comparison = made({"mlp": MLP}, {}, reference="mlp")
    error = {"kind": "misaligned_labels", "severity": "error", "message": "labels of rows 100-499 are shifted"}
    info = {"kind": "balance", "severity": "info", "message": "uneven"}
    assert warnings(comparison, findings=[info]) == ()
    quick, audit = warnings(comparison, quick=True, findings=[error, info])
    assert quick.startswith("Quick settings")
    assert "found an error" in audit
    assert "labels of rows 100-499 are shifted" in audit
