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


def test_a_ranking_that_the_intervals_support():
    comparison = made({"mlp": MLP, "advi": ADVI, "nuts": NUTS}, CLEAR)
    sentences = verdict(comparison)
    assert 3 <= len(sentences) <= 6
    assert sentences[0].startswith("NUTS predicts best")
    assert "0.050 [0.020, 0.080] over ADVI" in sentences[0]
    assert "0.100 [0.050, 0.150] over MLP" in sentences[0]
    assert "NUTS converged in its predictions" in text(comparison)
    assert "effective sample size at least 800" in text(comparison)
    assert "the Bayesian one by NUTS was worth it for its predictions" in text(comparison)
    assert "10 min instead of 2.0 s" in text(comparison)


def test_no_ranking_where_intervals_contain_zero():
    comparison = made({"mlp": MLP, "advi": ADVI, "nuts": NUTS}, OPEN)
    sentences = verdict(comparison)
    assert sentences[0].startswith("No method can be named best")
    assert "predicts best" not in text(comparison)
    assert "it does lead" not in text(comparison)
    assert "NUTS cannot be told apart from ADVI and MLP (95 %" in text(comparison)
    assert "was not shown to be worth it" in text(comparison)


def test_an_interval_that_ends_at_zero_decides_nothing():
    comparison = made({"mlp": MLP, "nuts": NUTS}, {("nuts", "mlp"): (0.1, 0.0, 0.2)})
    assert verdict(comparison)[0].startswith("No method can be named best")


def test_the_best_may_lead_only_some():
    leads = CLEAR | {("nuts", "mlp"): (0.1, -0.01, 0.2)}
    first = verdict(made({"mlp": MLP, "advi": ADVI, "nuts": NUTS}, leads))[0]
    assert first.startswith("No method can be named best")
    assert "over MLP; it does lead by 0.050 [0.020, 0.080] over ADVI" in first


def test_log_score_and_accuracy_may_disagree():
    lead = {("nuts", "mlp"): (0.1, 0.05, 0.15)}
    comparison = made({"mlp": MLP, "nuts": NUTS}, lead, accuracy_leads={("nuts", "mlp"): (-0.04, -0.07, -0.01)})
    assert verdict(comparison)[0].startswith("NUTS predicts best")
    assert "NUTS gets fewer rows right than MLP" in verdict(comparison)[1]


def test_a_plain_network_may_win():
    plain = MLP | {"log_score": -0.1}
    comparison = made({"mlp": plain, "nuts": NUTS}, {("mlp", "nuts"): (0.1, 0.05, 0.15)})
    assert verdict(comparison)[0].startswith("MLP predicts best")
    assert "the Bayesian one by NUTS predicts worse" in text(comparison)


def test_every_decided_pair_is_told_and_no_other():
    leads = {("nuts", "mlp"): (0.04, 0.01, 0.07), ("nuts", "advi"): (0.01, -0.01, 0.03), ("mlp", "advi"): (-0.03,) * 3}
    comparison = made({"mlp": MLP, "advi": ADVI, "nuts": NUTS}, OPEN, accuracy_leads=leads)
    said = "NUTS gets more rows right than MLP and cannot be told apart from ADVI; ADVI gets more right than MLP"
    assert said in verdict(comparison)[1]


def test_an_accuracy_is_not_decided_by_four_rows_to_none(make_fit):
    label = np.arange(400) % 2
    good = np.where(label == 1, 0.9, 0.1)
    poor = np.where(np.arange(400) < 4, 1 - good, good)
    fits = {name: make_fit(p[None, None], label) for name, p in (("nuts", good), ("mlp", poor))}
    found = xr.DataTree.from_dict({"differences": paired_differences(fits)})
    pair = {"method": "nuts", "other": "mlp"}
    four = difference(found, "accuracy", pair)
    assert four.lower > 0
    assert four.p == 0.125
    assert four.sign == 0
    assert four.marked == str(four)
    for metric in ("log_score", "brier"):
        assert difference(found, metric, pair).marked.endswith(" *")
    assert difference(found, "accuracy", pair | {"other": "lost"}).sign == 0
    leads = {("nuts", "mlp"): (0.01, 0.002, 0.02)}
    assert "cannot be told apart from MLP" in text(made({"mlp": MLP, "nuts": NUTS}, leads, mcnemar_p=0.125))
    assert "gets more rows right than MLP" in text(made({"mlp": MLP, "nuts": NUTS}, leads, mcnemar_p=0.01))


def test_a_sampler_that_did_not_converge():
    lost = NUTS | {"converged": 0, "rhat_max": 1.31, "ess_min": 12, "divergences": 7}
    comparison = made({"mlp": MLP, "nuts": lost}, {("nuts", "mlp"): (0.1, 0.05, 0.15)})
    assert "NUTS did not converge in its predictions (R-hat at most 1.310" in text(comparison)
    assert "7 divergences" in text(comparison)
    assert any("NUTS did not converge" in warning for warning in warnings(comparison))
    assert not warnings(made({"mlp": MLP, "nuts": NUTS}, CLEAR))


def test_only_a_plain_network():
    comparison = made({"mlp": MLP}, {}, reference="mlp")
    sentences = verdict(comparison)
    assert 3 <= len(sentences) <= 6
    assert sentences[0].startswith("MLP alone was fitted, so nothing is compared")
    assert "No sampler was run" in text(comparison)
    assert "Only point estimates" in text(comparison)
    assert ABSENT not in text(comparison)


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


@pytest.mark.parametrize(
    "methods", [("mlp",), ("nuts",), ("advi",), ("mlp", "advi"), ("advi", "nuts"), ("mlp", "nuts")]
)
def test_any_subset_has_a_verdict_without_missing_numbers(methods):
    known = {"mlp": MLP, "advi": ADVI, "nuts": NUTS}
    comparison = made({name: known[name] for name in methods}, OPEN, reference=methods[-1])
    sentences = verdict(comparison)
    assert 3 <= len(sentences) <= 6
    for sentence in sentences:
        assert "nan" not in sentence
        assert sentence.endswith(".")


def test_scores_alone_are_enough():
    whole = made({"mlp": MLP, "nuts": NUTS}, CLEAR)
    bare = xr.DataTree.from_dict({"scores": whole["scores"].to_dataset()})
    bare.attrs["reference"] = "nuts"
    assert verdict(bare)[0].startswith("No method can be named best")


def test_what_must_not_be_overlooked():
    comparison = made({"mlp": MLP}, {}, reference="mlp")
    error = {"kind": "misaligned_labels", "severity": "error", "message": "labels of rows 100-499 are shifted"}
    info = {"kind": "balance", "severity": "info", "message": "uneven"}
    assert warnings(comparison, findings=[info]) == ()
    quick, audit = warnings(comparison, quick=True, findings=[error, info])
    assert quick.startswith("Quick settings")
    assert "found an error" in audit
    assert "labels of rows 100-499 are shifted" in audit
