import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from bayesnet.parts.densities import weight_densities
from bayesnet.parts.weights import weight_statistics
from bayesnet.problems.network.matching import flatten, prior_fit
from bayesnet.problems.network.model import Network
from bayesnet.store import load, save
from data import InputError
from tests.bayesnet.hand_made import HIDDEN, disguised, make_fit, three_fits, weights_of


def test_alignment_uncovers_the_scatter_about_the_truth():
    fits, _, _ = three_fits()
    found = weight_statistics(fits)
    assert found["alignment"].values.tolist() == ["none", "matched", "balanced"]
    before, after = (found.sel({"method": "nuts", "alignment": form}) for form in ("none", "matched"))
    w0 = found["parameter"] == "w0"
    assert before["sd"].where(w0).mean() > 0.5
    np.testing.assert_allclose(after["sd"], 0.1, atol=0.02)
    assert after["rhat"].max() < 1.05
    assert after["ess"].min() > 100
    assert after["ess_tail"].min() > 50
    np.testing.assert_allclose(found["sd_ratio"].sel({"method": "advi", "alignment": "matched"}), 0.5, atol=0.12)
    np.testing.assert_allclose(found["sd_ratio"].sel({"method": "nuts"}), 1.0)


def test_statistics_without_alignment_are_those_of_the_draws():
    fits, _, _ = three_fits()
    found = weight_statistics(fits).sel({"alignment": "none"})
    for name in ("advi", "nuts"):
        flat = flatten(fits[name]["posterior"].to_dataset()).values.reshape(-1, found.sizes["weight"])
        np.testing.assert_allclose(found["mean"].sel({"method": name}), flat.mean(axis=0))
        np.testing.assert_allclose(found["sd"].sel({"method": name}), flat.std(axis=0, ddof=1))
        np.testing.assert_allclose(found["contraction"].sel({"method": name}), 1 - flat.var(axis=0, ddof=1))
    assert (found["aligned_prior_sd"] == 1).all()


def test_what_does_not_exist_is_absent():
    fits, _, centre = three_fits()
    found = weight_statistics(fits)
    for name in ("sd", "lower", "upper", "rhat", "ess", "sd_ratio", "contraction", "contraction_beyond_matching"):
        assert np.isnan(found[name].sel({"method": "mlp"})).all()
    assert np.isnan(found[["rhat", "ess"]].sel({"method": "advi"}).to_array()).all()
    assert np.isnan(found["contraction"].sel({"alignment": "balanced"})).all()
    flat = found["mean"].sel({"method": "mlp", "alignment": "matched"})
    np.testing.assert_allclose(np.sort(flat), np.sort(np.concatenate([part.ravel() for part in centre.values()])))


@pytest.mark.heavy
@pytest.mark.parametrize(
    "activation", ["relu", "tanh", *(pytest.param(one, marks=pytest.mark.slow) for one in ("sigmoid", "softplus"))]
)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=3, deadline=None)
def test_statistics_do_not_depend_on_the_disguise(activation, seed):
    fits, _, _ = three_fits(activation, seed=seed, draws=15)
    rng = np.random.default_rng(seed)
    network = Network(hidden=HIDDEN, activation=activation)
    others = {
        name: make_fit(disguised(weights_of(fit), rng, activation, rescale=False)[0], network)
        for name, fit in fits.items()
    }
    one, other = (weight_statistics(these).drop_sel({"alignment": "none"}) for these in (fits, others))
    # R-hat ranks distances from the median, of which the two middle draws' are equal but for rounding
    xr.testing.assert_allclose(one.drop_vars("rhat"), other.drop_vars("rhat"), rtol=1e-6, atol=1e-8)
    xr.testing.assert_allclose(one["rhat"], other["rhat"], atol=0.03)


def test_the_same_posterior_says_less_beyond_a_prior_that_matching_has_narrowed():
    found = weight_statistics(three_fits()[0])
    matched = found.sel({"alignment": "matched"})
    assert matched["aligned_prior_sd"].where(found["parameter"] == "w1").mean() < 0.95  # the reference fixes signs
    w1 = matched.sel({"method": "nuts"}).isel(weight=np.flatnonzero(found["parameter"] == "w1"))
    assert (w1["contraction_beyond_matching"].mean() < w1["contraction"].mean()).item()


@pytest.mark.heavy
def test_a_method_that_learned_nothing_has_no_contraction_whatever_the_reference_is():
    fits, _, _ = three_fits()
    fits |= {"advi": prior_fit(fits["nuts"], draws=3000, seed=5).assign(constant_data=fits["nuts"]["constant_data"])}
    found = weight_statistics(fits).sel({"method": "advi"})
    assert found["aligned_prior_sd"].sel({"alignment": "matched"}).mean() < 0.95  # matching alone narrows weights
    np.testing.assert_allclose(found["contraction_beyond_matching"], 0, atol=0.15)
    np.testing.assert_allclose(found["contraction_beyond_matching"].mean("weight"), 0, atol=0.03)
    densities = weight_densities(fits, points=200).sel({"method": "advi"})
    step = float(densities["value"][1] - densities["value"][0])
    apart = np.abs(densities["density"] - densities["prior"]).sum("value") * step / 2  # total variation
    assert apart.max() < 0.08


def test_weights_are_compared_with_the_prior_of_their_own_group():
    fits, _, _ = three_fits(prior="fan_in")
    found = weight_statistics(fits).sel({"alignment": "none"})
    expected = {"w0": 3**-0.5, "b0": 1.0, "w1": HIDDEN**-0.5, "b1": 1.0}  # three inputs, prior_sd 1
    for name, sd in expected.items():
        own = found.isel(weight=np.flatnonzero(found["parameter"] == name))
        np.testing.assert_allclose(own["aligned_prior_sd"], sd)
        for method in ("advi", "nuts"):
            one = own.sel({"method": method})
            np.testing.assert_allclose(one["contraction"], 1 - (one["sd"] / sd) ** 2)


def test_flips_of_sigmoid_units_take_the_prior_from_b1():
    found = weight_statistics(three_fits("sigmoid")[0])["contraction"].sel({"method": "nuts"})
    b1 = found["parameter"] == "b1"
    assert np.isnan(found.sel({"alignment": "matched"}).where(b1, drop=True)).all()
    assert np.isfinite(found.sel({"alignment": "matched"}).where(~b1, drop=True)).all()
    assert np.isfinite(found.sel({"alignment": "none"})).all()


def test_everything_can_be_stored(tmp_path):
    statistics = weight_statistics(three_fits()[0])
    stored = load(save(xr.DataTree(statistics), tmp_path / "weights.nc"))
    xr.testing.assert_allclose(stored.to_dataset(), statistics)


def test_fits_that_cannot_be_compared_are_refused():
    fits, _, _ = three_fits()
    with pytest.raises(InputError, match="reference must be one of mlp, advi, nuts, got 'laplace'"):
        weight_statistics(fits, reference="laplace")
