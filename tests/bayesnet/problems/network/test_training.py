import numpy as np
import pytest
import xarray as xr
from sklearn.utils import resample

from bayesnet import Network, training_set
from bayesnet.problems.network import training
from bayesnet.problems.network.training import network_inputs
from data import InputError, make_catalogue, rows
from data.rupture.combinations import COMBINATIONS, PHYSICAL
from tests.bayesnet.hand_made import make_fit, random_weights


def log_posterior_at(train, seed):
    rng = np.random.default_rng(seed)
    model = Network(hidden=4).model(train)
    point = {name: rng.normal(size=np.shape(value)) for name, value in model.initial_point().items()}
    return float(model.compile_logp(mode="FAST_COMPILE")(point))


def test_standardised_with_the_training_rows_alone(catalogue):
    train = training_set(catalogue)
    assert np.allclose(train["x"].mean("simulation"), 0)
    assert np.allclose(train["x"].std("simulation"), 1)
    raw = rows(catalogue, "train")["features"]
    assert np.allclose(train["x"] * train["feature_sd"] + train["feature_mean"], raw)
    assert (train["weight"] == 1).all()


def test_upsampled_rows_are_scikit_learns_resample(catalogue):
    train = training_set(catalogue, "upsample", random_state=100)
    full = training_set(catalogue)
    y = full["y"].values
    minority = int(y.mean() < 0.5)
    drawn = resample(np.flatnonzero(y == minority), n_samples=(y != minority).sum(), random_state=100)
    count = np.bincount(drawn, minlength=len(y)) + (y != minority)
    assert np.array_equal(train["simulation"], full["simulation"].values[count > 0])
    assert np.array_equal(train["weight"], count[count > 0])
    assert train["weight"].where(train["y"] == 1, 0).sum() == train["weight"].where(train["y"] == 0, 0).sum()


@pytest.mark.parametrize("balance", ["none", "upsample"])
def test_weighted_distinct_rows_have_the_posterior_of_the_repeated_rows(balance, catalogue):
    train = training_set(catalogue, balance, random_state=1)
    repeated = train.isel(
        simulation=np.repeat(np.arange(train.sizes["simulation"]), train["weight"].values.astype(int))
    )
    repeated = repeated.assign(weight=xr.ones_like(repeated["weight"]))
    repeated = repeated.assign_coords(simulation=np.arange(repeated.sizes["simulation"]))
    for seed in range(3):
        assert log_posterior_at(train, seed) == pytest.approx(log_posterior_at(repeated, seed), rel=1e-12)


def test_rows_that_stand_twice_in_a_catalogue_are_counted_once_with_weight_two():
    features = np.array([[0.0, 1], [0, 1], [0, 1], [2, 5], [3, 4], [2, 2], [1, 1], [4, 4]])
    catalogue = make_catalogue(
        name="repeated",
        features=features,
        label=[1, 1, 0, 0, 0, 1, 0, 1],
        split=["train"] * 4 + ["test"] * 4,
        feature_names=["a", "b"],
        units=["", ""],
    )
    train = training_set(catalogue)
    assert train["weight"].values.tolist() == [2, 1, 1]  # the third row has another label
    assert train["simulation"].values.tolist() == [0, 2, 3]
    assert np.allclose(train["feature_mean"], features[:4].mean(axis=0))


def test_class_weights_give_both_classes_the_same_say(catalogue):
    train = training_set(catalogue, "weight")
    by_class = train["weight"].groupby(train["y"]).sum()
    assert np.allclose(by_class, train.sizes["simulation"] / 2)


def test_unknown_balance(catalogue):
    with pytest.raises(InputError, match="none, upsample, weight, got 'smote'"):
        training_set(catalogue, "smote")


def test_rows_are_standardised_as_the_training_rows_were_and_features_found_by_name(catalogue):
    train, test = training_set(catalogue), rows(catalogue, "test")
    by_hand = (test["features"] - train["feature_mean"]) / train["feature_sd"]
    for given in (test, test.isel(feature=[2, 0, 1])):
        assert np.allclose(network_inputs(train, given), by_hand)
    assert np.array_equal(network_inputs(train, train), train["x"])
    with pytest.raises(InputError, match=r"expected the features a, b, c .* got a, b, d"):
        network_inputs(train, test.assign_coords(feature=["a", "b", "d"]))


def test_inputs_of_a_fit_are_its_test_rows_standardised():
    fit = make_fit(random_weights(np.random.default_rng(0), 1, 1, 2), Network(hidden=2))
    constant, features = fit["constant_data"], fit["predictions_constant_data"]["features"]
    expected = (features - constant["feature_mean"]) / constant["feature_sd"]
    assert np.array_equal(training.test_inputs(fit), expected.transpose("simulation", "feature"))


def test_inputs_may_be_combinations_of_the_features(ruptures):
    raw, physical, both = (training_set(ruptures, inputs=inputs) for inputs in ("raw", "physical", "both"))
    assert physical["feature"].values.tolist() == list(PHYSICAL)
    assert both["feature"].values.tolist() == [*raw["feature"].values, *COMBINATIONS]
    columns = {name: rows(ruptures, "train")["features"].sel(feature=name).values for name in raw["feature"].values}
    drop = columns["sxy"] - columns["mu_d"] * np.abs(columns["syy"])
    expected = (drop - drop.mean()) / drop.std()
    for train in (physical, both):
        assert np.allclose(train["x"].sel(feature="stress drop"), expected)
        assert np.allclose(network_inputs(train, rows(ruptures, "train")), train["x"])
    with pytest.raises(InputError, match=r"expected the features sxy, mu_d, syy, .* got dc, width"):
        network_inputs(physical, rows(ruptures, "test").sel(feature=["dc", "width"]))


def test_no_input_is_an_input_too(ruptures):
    train = training_set(ruptures, inputs="none")
    assert train["x"].shape == (300, 0)
    assert network_inputs(train, rows(ruptures, "test")).shape == (100, 0)
