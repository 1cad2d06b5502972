"""Labels flipped on purpose, and fits made by hand that know the truth to within a little."""

import json

import numpy as np
import pytest
import xarray as xr
from scipy.special import expit, log_expit
from sklearn.metrics import average_precision_score

from bayesnet.parts.mislabelled import CRITERIA, resampled_average_precision, wrong_label_detection
from bayesnet.problems.network.model import Network
from data import InputError

# relu(x) - relu(-x) = x: two units whose logit is slope * x + offset
SIGNS = np.array([1.0, -1.0])


def made_fit(x, y, *, weight=None, draws=200, noise=0.05, seed=0) -> xr.DataTree:
    """A fit to rows `x`, `y` whose draws predict logit = 4 x but for some noise; one draw makes a point estimate."""
    rng = np.random.default_rng(seed)
    weight = np.ones(len(x)) if weight is None else weight
    slope = 4 + noise * rng.normal(size=(1, draws, 1))
    posterior = {
        "w0": (("chain", "draw", "feature", "hidden"), np.broadcast_to(SIGNS, (1, draws, 1, 2))),
        "b0": (("chain", "draw", "hidden"), np.zeros((1, draws, 2))),
        "w1": (("chain", "draw", "hidden"), slope * SIGNS),
        "b1": (("chain", "draw"), noise * rng.normal(size=(1, draws))),
    }
    rows = {"simulation": 10 + np.arange(len(x))}
    samples = {"chain": [0], "draw": np.arange(draws)}
    groups = {
        "posterior": xr.Dataset(posterior, samples | {"feature": ["x"], "hidden": [0, 1]}),
        "observed_data": xr.Dataset({"y": ("simulation", np.asarray(y, float))}, rows),
        "constant_data": xr.Dataset(
            {"x": (("simulation", "feature"), np.asarray(x)[:, None]), "weight": ("simulation", weight)},
            rows | {"feature": ["x"]},
        ),
    }
    network = Network(hidden=2)
    if draws > 1:
        logit = network.logit(groups["posterior"], groups["constant_data"], groups["constant_data"]).values
        log_p = weight * log_expit(np.where(np.asarray(y) == 1, logit, -logit))
        groups["log_likelihood"] = xr.Dataset({"y": (("chain", "draw", "simulation"), log_p)}, samples | rows)
        groups["sample_stats"] = xr.Dataset({"lp": (("chain", "draw"), log_p.sum(-1))}, samples)
    tree = xr.DataTree.from_dict(groups)
    tree.attrs["problem"] = json.dumps(network.settings())
    return tree


def flags(values) -> xr.DataArray:
    return xr.DataArray(np.asarray(values), {"simulation": 10 + np.arange(len(values))}, ("simulation",))


@pytest.fixture(scope="module")
def planted():
    """200 rows, 30 of them with the other label, and some whose truth is said to be unknown."""
    rng = np.random.default_rng(4)
    x = rng.choice([-1, 1], 200) * rng.uniform(0.3, 2, 200)
    wrong = np.zeros(200, dtype=int)
    wrong[rng.choice(200, 30, replace=False)] = 1
    return x, ((x > 0) != (wrong == 1)).astype(int), wrong


def test_planted_errors_are_found_by_what_looks_at_the_label_alone(planted):
    x, y, wrong = planted
    found = wrong_label_detection({"nuts": made_fit(x, y)}, flags(wrong), resamples=200).sel({"method": "nuts"})
    assert (int(found["wrong_rows"]), float(found["base_rate"])) == (30, 0.15)
    for criterion in ("loss", "elpd"):
        one = found.sel(criterion=criterion)
        assert np.allclose(one["precision"], 1)
        assert np.allclose(one["interval"], 1)
        assert np.allclose([one["average_precision"], one["first_precision"]], 1)
    # these cannot know which of two rows with equal inputs has the wrong label: as good as guessing
    for criterion in ("sd", "entropy"):
        one = found.sel(criterion=criterion)
        assert one["interval"][0] < 0.2 < 0.4 > one["average_precision"]
        assert one["precision"].sel(recall=1) < 0.2


def test_criteria_are_what_they_are_called(planted):
    x, y, wrong = planted
    fit = made_fit(x, y)
    found = wrong_label_detection({"nuts": fit}, flags(wrong), resamples=10).sel({"method": "nuts"})
    logit = 4 * x
    suspicion = found["suspicion"]
    assert np.allclose(suspicion.sel(criterion="loss"), -log_expit(np.where(y == 1, logit, -logit)), atol=0.1)
    p = expit(logit)
    assert np.allclose(suspicion.sel(criterion="entropy"), -p * np.log(p) - (1 - p) * np.log(1 - p), atol=0.01)
    slopes, offsets = (fit["posterior"][name].values[0] for name in ("w1", "b1"))
    each = expit(np.outer(slopes[:, 0], x) + offsets[:, None])
    assert np.allclose(suspicion.sel(criterion="sd"), each.std(axis=0))


def test_a_row_that_stands_several_times_counts_as_one_copy(planted):
    x, y, wrong = planted
    weight = np.random.default_rng(0).integers(1, 5, len(x)).astype(float)
    fits = {"once": made_fit(x, y, noise=1e-3), "often": made_fit(x, y, weight=weight, noise=1e-3)}
    suspicion = wrong_label_detection(fits, flags(wrong), resamples=10)["suspicion"]
    once, often = (suspicion.sel({"method": name, "criterion": "elpd"}) for name in fits)
    assert np.allclose(once, often, atol=1e-3)
    # where all draws agree a row left out is predicted as well as one kept
    assert np.allclose(once, suspicion.sel({"method": "once", "criterion": "loss"}), atol=1e-3)


def test_a_curve_by_hand():
    # from the most suspicious: wrong, right, a tie of wrong and right, right
    x, y = [2.0, 1.0, 0.5, 0.5, -1.0], [0, 0, 0, 0, 0]
    wrong = flags([1, 0, 1, 0, 0])
    found = wrong_label_detection({"mlp": made_fit(x, y, draws=1)}, wrong, resamples=10).sel({"method": "mlp"})
    loss = found.sel(criterion="loss")
    assert loss["recall"].values.tolist() == [0.5, 1.0]
    assert loss["precision"].values.tolist() == [1.0, 0.5]
    assert float(loss["average_precision"]) == 0.75
    assert float(loss["first_precision"]) == 0.5


def test_rows_of_unknown_truth_are_left_out(planted):
    x, y, wrong = planted
    fits = {"nuts": made_fit(x, y)}
    unknown = np.where(np.arange(200) < 50, -1, wrong)
    left_out = wrong_label_detection(fits, flags(unknown), resamples=10)
    assert left_out["train_simulation"].values.tolist() == list(range(60, 210))
    assert left_out["wrong_rows"] == wrong[50:].sum()
    suspicion = left_out["suspicion"].sel({"method": "nuts", "criterion": "sd"})
    expected = average_precision_score(wrong[50:], suspicion)
    assert left_out["average_precision"].sel({"method": "nuts", "criterion": "sd"}) == pytest.approx(expected)


def test_a_point_estimate_has_a_loss_and_an_entropy_only(planted):
    x, y, wrong = planted
    fits = {"mlp": made_fit(x, y, draws=1, noise=0), "nuts": made_fit(x, y)}
    found = wrong_label_detection(fits, flags(wrong), resamples=50)
    for name in ("average_precision", "precision", "interval", "first_precision"):
        known = found[name].sel({"method": "mlp"}).notnull()
        assert [bool(known.sel(criterion=one).all()) for one in CRITERIA] == [True, False, False, True]
        assert found[name].sel({"method": "nuts"}).notnull().all()


def test_the_leave_one_out_of_a_variational_fit_is_not_its_word(planted):
    x, y, wrong = planted
    fit = made_fit(x, y)
    fit["sample_stats"]["log_q"] = fit["sample_stats"]["lp"]
    found = wrong_label_detection({"advi": fit}, flags(wrong), resamples=10)["average_precision"].sel(
        {"method": "advi"}
    )
    assert found.isnull().values.tolist() == [criterion == "elpd" for criterion in CRITERIA]


def test_resampled_average_precision_is_that_of_weighted_rows():
    rng = np.random.default_rng(1)
    wrong, suspicion = rng.integers(0, 2, 40), rng.integers(0, 12, 40).astype(float)  # many ties
    count = rng.multinomial(40, np.full(40, 1 / 40), size=20)
    expected = [average_precision_score(wrong, suspicion, sample_weight=one) for one in count]
    assert np.allclose(resampled_average_precision(wrong, suspicion, count), expected)
    assert np.isnan(resampled_average_precision(wrong, suspicion, (1 - wrong)[None])).all()


@pytest.mark.heavy
def test_the_interval_holds_the_value_and_narrows_with_more_rows(planted):
    x, y, wrong = planted
    widths = []
    for times in (1, 4):
        fit = made_fit(np.repeat(x, times), np.repeat(y, times))
        one = wrong_label_detection({"nuts": fit}, flags(np.repeat(wrong, times)), resamples=300).sel(
            {"method": "nuts", "criterion": "entropy"}
        )
        lower, upper = one["interval"].values
        assert lower < one["average_precision"] < upper
        widths.append(upper - lower)
    assert widths[1] < 0.7 * widths[0]


def test_what_cannot_be_judged_is_refused(planted):
    x, y, wrong = planted
    fit = made_fit(x, y)
    with pytest.raises(InputError, match=r"must be 0, 1 or -1, with a 0 and a 1 .* got \[-1, 0\]"):
        wrong_label_detection({"nuts": fit}, flags(np.where(wrong == 1, -1, 0)))
    with pytest.raises(InputError, match="must hold every training row, got none for simulation 209"):
        wrong_label_detection({"nuts": fit}, flags(wrong)[:-1])
    with pytest.raises(InputError, match="same training rows, those of nuts and advi differ"):
        wrong_label_detection({"nuts": fit, "advi": made_fit(x, 1 - y)}, flags(wrong))
