"""Importance of physical combinations: of networks by hand whose score depends on one of them alone."""

import json

import numpy as np
import pytest
import xarray as xr

import bayesnet
from bayesnet import Context, Network, permutation_importance, training_set
from bayesnet.parts.importance_combinations import PART
from bayesnet.problems.network.draws import DIMS
from bayesnet.problems.network.moves import input_moves
from bayesnet.problems.network.shuffling import shuffles
from data import rows
from data.rupture.combinations import PHYSICAL, from_combinations, to_combinations
from data.seeds import seed_for


def fit_of(catalogue: xr.Dataset, inputs: str, weights: dict[str, float]) -> xr.DataTree:
    """One draw of a network of one unit, active everywhere, whose logit has these slopes along its inputs."""
    network, train = Network(hidden=1, inputs=inputs), training_set(catalogue, inputs=inputs)
    names = train["feature"].values.tolist()
    values = {
        "w0": np.array([weights.get(name, 0.0) for name in names])[:, None],
        "b0": np.array([100.0]),
        "w1": np.array([1.0]),
        "b1": np.array(-100.0),
    }
    coords = {"chain": [0], "draw": [0], "feature": names, "hidden": [0]}
    posterior = xr.Dataset({name: (("chain", "draw", *DIMS[name]), values[name][None, None]) for name in DIMS}, coords)
    tree = xr.DataTree.from_dict({"posterior": posterior, "constant_data": train.drop_vars("y")})
    tree["observed_data"] = xr.DataTree(train[["y"]])
    tree["predictions_constant_data"] = xr.DataTree(network.test(catalogue))
    tree.attrs = {"method": "hand", "problem": json.dumps(network.settings())}
    return tree


def drops(fit: xr.DataTree, catalogue: xr.Dataset, **options) -> xr.DataArray:
    groups = {
        name: (name,) for name in to_combinations(dict.fromkeys(catalogue["feature"].values.tolist(), np.ones(1)))
    }
    found = permutation_importance(
        fit, catalogue, metric="log_score", repeats=3, groups=groups, combined=True, **options
    )
    return found["drop_mean"].sel(metric="log_score")


@pytest.mark.parametrize("inputs", ["physical", "both"])
def test_what_a_network_does_not_use_loses_nothing_and_the_rest_something(ruptures, inputs):
    found = drops(fit_of(ruptures, inputs, {"stress drop": 2.0}), ruptures)
    assert float(found.sel(group="stress drop")) > 0.1
    assert abs(found.drop_sel(group="stress drop")).max() < 1e-9


def test_a_network_of_raw_inputs_is_asked_the_same(ruptures):
    """A score of friction_drop alone loses with friction_drop |syy|, and with syy while the strength is held."""
    found = drops(fit_of(ruptures, "raw", {"friction_drop": 3.0}), ruptures)
    moved = {"friction_drop |syy|", "syy"}
    assert {str(one) for one in found["group"].values if abs(float(found.sel(group=one))) > 1e-9} == moved


def test_equals_the_forward_pass_over_rows_that_are_shuffled(ruptures):
    fit = fit_of(ruptures, "both", {"stress drop": 1.0, "mu_d": -1.0, "friction_drop |syy|": 0.5, "dc": 0.3})
    found = drops(fit, ruptures, seed=5)
    test = rows(ruptures, "test")
    names, label = test["feature"].values.tolist(), test["label"].values
    columns = {name: test["features"].sel(feature=name).values for name in names}

    def log_score(values: dict[str, np.ndarray]) -> float:
        changed = test.assign(features=(("simulation", "feature"), np.stack([values[name] for name in names], axis=1)))
        p = bayesnet.predict(fit, changed).values[0, 0]
        return float(np.log(np.where(label == 1, p, 1 - p)).mean())

    combined, orders = to_combinations(columns), shuffles(len(label), 3, seed_for(5, "importance"))
    for group in ("stress drop", "mu_d |syy|", "syy", "sxx"):
        after = [log_score(from_combinations(combined | {group: combined[group][order]})) for order in orders]
        assert float(found.sel(group=group)) == pytest.approx(log_score(columns) - np.mean(after), abs=1e-9)


def test_features_are_shuffled_also_where_a_network_is_given_combinations(ruptures):
    fit = fit_of(ruptures, "physical", {"stress drop": 2.0})
    found = permutation_importance(fit, ruptures, metric="log_score", repeats=2)["drop_mean"].sel(metric="log_score")
    assert found["feature"].values.tolist() == ruptures["feature"].values.tolist()
    moved = {str(name) for name in found["feature"].values if abs(float(found.sel(feature=name))) > 1e-9}
    assert moved == {"sxy", "mu_d", "syy"}


def test_an_input_that_nothing_moves_is_left_alone(ruptures):
    train, test = training_set(ruptures, inputs="physical"), rows(ruptures, "test")
    groups, moved, moves = input_moves(train, test, {"sxx": ("sxx",)}, shuffles(100, 2, 0))
    assert groups == {"sxx": ("sxx",)}
    assert moved == [[]]
    assert moves[0].shape == (2, 100, 0)


def test_the_part_has_every_combination_and_is_absent_for_other_catalogues(ruptures, catalogue):
    fits = {"hand": fit_of(ruptures, "raw", {"sxy": 1.0})}
    found = PART.compute(Context(Network(hidden=1), fits, ruptures, "hand", 0))
    assert set(PHYSICAL) | {"sxx", "syy"} == set(found["group"].values)
    assert found["columns"].sel(group="stress drop").item() == "sxy - mu_d |syy|"
    assert not PART.compute(Context(Network(), {}, catalogue, "hand", 0)).data_vars
