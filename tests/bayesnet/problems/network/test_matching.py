import numpy as np
import pytest
import xarray as xr

from bayesnet.problems.network.draws import DIMS
from bayesnet.problems.network.matching import (
    by_method,
    check_comparable,
    flatten,
    in_forms,
    matched_priors,
    prior_fit,
    shared_units,
)
from bayesnet.problems.network.model import Network
from bayesnet.problems.network.symmetry import align
from data import InputError
from tests.bayesnet.hand_made import FEATURES, HIDDEN, make_fit, random_weights, three_fits


def test_weights_in_a_row_keep_their_names():
    posterior = make_fit(random_weights(np.random.default_rng(0), 2, 3, 2), Network(hidden=2))["posterior"].to_dataset()
    flat = flatten(posterior)
    assert flat.dims == ("chain", "draw", "weight")
    assert flat.sizes["weight"] == 3 * 2 + 2 + 2 + 1
    for place in range(flat.sizes["weight"]):
        one = flat.isel(weight=place)
        values = posterior[str(one["parameter"].values)]
        if one["input"] != "":
            values = values.sel(feature=str(one["input"].values))
        if one["unit"] >= 0:
            values = values.sel(hidden=int(one["unit"]))
        assert np.array_equal(one, values)
    assert flat["input"].values.tolist() == [name for name in FEATURES for _ in range(2)] + [""] * 5
    assert flat["unit"].values.tolist() == [0, 1] * 5 + [-1]


def test_the_prior_is_drawn_in_the_layout_of_a_fit():
    fits, _, _ = three_fits()
    prior = prior_fit(fits["nuts"], draws=500, seed=3)
    assert all(abs(float(prior["posterior"][name].std()) - 1) < 0.1 for name in DIMS)
    xr.testing.assert_identical(
        prior["posterior"].to_dataset(), prior_fit(fits["nuts"], draws=500, seed=3)["posterior"].to_dataset()
    )
    assert not np.array_equal(prior["posterior"]["w0"], prior_fit(fits["nuts"], draws=500, seed=4)["posterior"]["w0"])
    assert Network.of(prior) == Network.of(fits["nuts"])


def test_the_prior_of_each_group_of_weights_has_its_own_sd():
    fits, _, _ = three_fits(prior="fan_in")
    drawn = prior_fit(fits["nuts"])["posterior"]
    for name, sd in {"w0": 3**-0.5, "b0": 1.0, "w1": HIDDEN**-0.5, "b1": 1.0}.items():
        assert float(drawn[name].std()) == pytest.approx(sd, rel=0.03)


def test_units_of_all_methods_stand_in_the_order_of_the_reference():
    fits, truth, _ = three_fits()
    units = shared_units(fits, "nuts")
    assert set(units) == set(fits)
    plain = make_fit(truth, Network(hidden=HIDDEN))
    place = shared_units({"plain": plain, "nuts": fits["nuts"]}, "nuts")["plain"]
    np.testing.assert_allclose(place["size"], units["nuts"]["size"])
    for name in ("mlp", "advi"):
        for part in ("w0", "b0", "w1"):
            np.testing.assert_allclose(units[name][part], units["nuts"][part], atol=0.2)


def test_forms_are_the_draws_themselves_and_the_aligned_ones():
    fits, _, _ = three_fits("tanh")
    units = shared_units(fits, "nuts")
    forms = in_forms(fits, units)
    assert all(list(forms[name]) == ["none", "matched"] for name in fits)
    assert np.array_equal(forms["nuts"]["none"], flatten(fits["nuts"]["posterior"].to_dataset()))
    assert np.array_equal(forms["nuts"]["matched"], flatten(align(fits["nuts"], units["nuts"])))
    sds = by_method(forms, lambda flat: flat.std(("chain", "draw")).to_dataset(name="sd"))["sd"]
    assert sds.dims == ("method", "alignment", "weight")
    assert np.array_equal(
        sds.sel({"method": "nuts", "alignment": "matched"}), forms["nuts"]["matched"].std(("chain", "draw"))
    )


def test_matching_alone_narrows_the_prior_and_a_point_estimate_gets_one_draw_of_it():
    fits, _, _ = three_fits()
    forms = matched_priors(fits, shared_units(fits, "nuts"))
    assert forms["mlp"]["matched"].sizes["draw"] == 1
    plain, matched = (forms["nuts"][form].std(("chain", "draw")) for form in ("none", "matched"))
    assert np.allclose(plain, 1, atol=0.05)
    assert matched.where(matched["parameter"] == "w1").mean() < 0.95  # the reference fixes signs


def test_fits_that_cannot_be_compared_are_refused():
    fits, _, _ = three_fits()
    check_comparable(fits, "nuts")
    with pytest.raises(InputError, match="reference must be one of mlp, advi, nuts, got 'laplace'"):
        check_comparable(fits, "laplace")
    small = make_fit(random_weights(np.random.default_rng(0), 1, 5, 3), Network(hidden=3))
    with pytest.raises(InputError, match="weights of 'small' and 'nuts' cannot be compared: their units differ"):
        check_comparable(fits | {"small": small}, "nuts")
    other = three_fits(prior="ard")[0]["advi"]
    with pytest.raises(InputError, match=r"their priors differ, \('ard', 1.0\) and \('normal', 1.0\)"):
        check_comparable(fits | {"advi": other}, "nuts")
    renamed = fits["advi"].copy()
    renamed["posterior"] = xr.DataTree(renamed["posterior"].to_dataset().assign_coords(feature=["a", "b", "c"]))
    with pytest.raises(InputError, match="their inputs differ"):
        check_comparable(fits | {"advi": renamed}, "nuts")
    moved = fits["advi"].copy()
    moved["constant_data"] = xr.DataTree(
        fits["advi"]["constant_data"].to_dataset().assign(feature_mean=("feature", [0.0, 1.0, 2.0]))
    )
    with pytest.raises(InputError, match="their scaling of the inputs differ"):
        check_comparable(fits | {"advi": moved}, "nuts")
