import numpy as np
import pytest
import xarray as xr

from bayesnet.leading import leading_inputs, without_others
from bayesnet.parts.importance import permutation_importance
from bayesnet.parts.partial_dependence import partial_dependence
from bayesnet.parts.weights import weight_statistics
from data import make_catalogue
from tests.bayesnet.hand_made import three_fits

SPLITS = ("train", "test")


def wide(n_inputs):
    """60 rows. The third input decides the class; the last one falls with it, less surely."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(60, n_inputs))
    label = features[:, 2] > 0
    features[:, -1] -= 1.5 * label
    return make_catalogue(
        name="wide",
        features=features,
        label=label,
        split=np.repeat(["train", "test"], 30),
        feature_names=[f"x{i}" for i in range(n_inputs)],
        units=["1"] * n_inputs,
        source="tests",
    )


def test_all_inputs_are_looked_at_where_there_are_few():
    assert leading_inputs(wide(20)) is None
    assert len(leading_inputs(wide(21))) == 20


def test_the_leading_inputs_are_those_that_tell_the_classes_apart_in_either_direction():
    assert leading_inputs(wide(50), most=2) == ["x2", "x49"]


def test_a_part_keeps_what_is_no_input_of_the_catalogue():
    part = xr.Dataset({"auc": ("quantity", [1.0, 2.0, 3.0])}, {"quantity": ["stress drop", "a", "b"]})
    assert without_others(part, ["a", "b"], ["b"])["quantity"].values.tolist() == ["stress drop", "b"]
    assert without_others(xr.Dataset({"rows": 3}), ["a", "b"], ["b"])["rows"] == 3


@pytest.mark.heavy
def test_what_is_said_of_some_inputs_is_what_is_said_of_them_among_all():
    fits, _, _ = three_fits()
    fit, some = fits["nuts"], ["height", "mu_d"]
    every = partial_dependence(fit, points=3)
    xr.testing.assert_identical(partial_dependence(fit, points=3, inputs=some), every.sel(feature=some))

    every = weight_statistics(fits)
    every = every.isel(weight=np.isin(every["input"], [*some, ""]))
    found = weight_statistics(fits, inputs=some)
    xr.testing.assert_allclose(found, every.assign_coords(weight=found["weight"]))

    test = fit["predictions_constant_data"].to_dataset()
    test = test.assign(features=test["features"].transpose("simulation", "feature"))
    catalogue = xr.concat([test.assign_coords(split=("simulation", [part] * 12)) for part in SPLITS], "simulation")
    options = {"repeats": 2, "metric": "log_score"}
    every = permutation_importance(fit, catalogue, **options)
    xr.testing.assert_allclose(
        permutation_importance(fit, catalogue, features=some, **options), every.sel(feature=some)
    )
    within = permutation_importance(fit, catalogue, features=some, conditional=True, **options)
    assert within["feature"].values.tolist() == some
