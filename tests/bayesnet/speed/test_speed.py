"""The benchmark compares the same posterior, and its targets follow from what was measured."""

import inspect
from importlib import import_module

import numpy as np
import pytest
import xarray as xr

from bayesnet import Network, predict, training_set
from bayesnet.speed import growth, predictions, samplers
from bayesnet.speed.network import plain_model, prior_fit
from bayesnet.speed.pieces import PEERS, PIECES
from bayesnet.speed.targets import targets, together
from bayesnet.speed.timing import in_turns
from tests.bayesnet.speed.made import made_pieces


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("piece", PIECES, ids=[piece.name for piece in PIECES])
def test_every_piece_has_its_settings(piece, quick):
    measure = import_module(piece.module).measure
    assert list(piece.settings(quick=quick, seed=0)) == list(inspect.signature(measure).parameters)


@pytest.mark.slow
def test_peers_sample_the_posterior_of_the_network(catalogue):
    network, rng = Network(hidden=2), np.random.default_rng(0)
    train = training_set(catalogue)
    models = [network.model(train), plain_model(network, train)]
    densities = [model.compile_logp(mode="FAST_COMPILE") for model in models]
    for _ in range(2):
        point = {name: rng.normal(size=value.shape) for name, value in models[0].initial_point().items()}
        assert densities[0](point) == pytest.approx(densities[1](point), rel=1e-12)


@pytest.mark.parametrize("sampler", PEERS)
def test_peers_run_at_their_defaults(sampler, monkeypatch):
    """NumPyro too, which is a method of the toolkit with settings of its own besides."""
    told = {}

    def sample(**options):
        told.update(options)
        raise KeyboardInterrupt

    monkeypatch.setattr(samplers.pm, "sample", sample)
    with pytest.raises(KeyboardInterrupt):
        samplers.measure(sampler, hidden=2, repeat=0, quick=False, seed=0)
    assert told["nuts_sampler"] == sampler
    assert set(told) == {"model", "nuts_sampler", "random_seed", "progressbar", "compute_convergence_checks"}


def test_timings_are_taken_in_turns_after_one_call_of_each():
    made = []
    taken = in_turns({"a": lambda: made.append("a"), "b": lambda: made.append("b")}, 2)
    assert made == ["a", "b"] * 3
    assert {name: values.shape for name, values in taken.items()} == {"a": (2,), "b": (2,)}


def test_the_exponent_is_the_power_that_values_follow():
    values = xr.DataArray([2.0, 16.0, 54.0], {"rows": [1, 2, 3]}, ("rows",))
    assert growth.exponent(values) == pytest.approx(3)


def test_what_is_timed_is_a_fit_like_any_other(catalogue):
    network = Network(hidden=2)
    fit = prior_fit(network, training_set(catalogue), draws=5, seed=0)
    fit["observed_data"] = xr.DataTree(training_set(catalogue)[["y"]])
    assert predict(fit, network.test(catalogue)).sizes == {"chain": 1, "draw": 5, "simulation": 100}


@pytest.mark.slow
def test_predictions_and_growth_measure_what_they_say():
    timed = predictions.measure(hidden=2, draws=10, shuffles=1, repeats=1, seed=0)
    assert (timed["times"] == timed["seconds"] / timed["products"]).all()
    grown = growth.measure(rows=(200, 400), units=(2, 4), tested=(200, 400), draws=2, seed=0)
    assert grown["double"].dims == ("rows",)
    assert grown["unit_double"].dims == ("units",)
    # scores of every draw and row, in double precision, are held at least
    assert (grown["prediction_memory"] * 2**30 >= 2 * 8 * grown["tested"]).all()


@pytest.fixture
def pieces() -> dict[str, xr.Dataset]:
    return made_pieces()


def reached(pieces: dict[str, xr.Dataset]) -> dict[tuple[str, str], tuple[float, int]]:
    """Value of each target by its subject and first word, and whether it is met."""
    table = targets(pieces).to_dataframe()
    return {(one.subject, one.name.split()[0]): (one.value, one.passed) for one in table.itertuples()}


def test_targets_are_ratios_of_medians(pieces):
    found = reached(pieces)
    assert found["hmc", "smallest"] == (pytest.approx(40 / 3), 1)
    assert found["nuts", "smallest"] == (pytest.approx(3), 1)
    assert found["gradient", "double"] == (2, 1)
    assert found["gradient", "single"] == (1.6, 0)
    assert found["rows", "power"][0] == pytest.approx(1)
    assert found["hmc", "sampling"] == (pytest.approx(1000 / 44), 0)


def test_a_reference_that_has_not_converged_meets_no_target(pieces):
    pieces["hmc_1"] = pieces["hmc_1"].assign(rhat_max=1.1)
    pieces["samplers"] = together(pieces)
    value, met = reached(pieces)["hmc", "sampling"]
    assert np.isnan(value)
    assert met == 0


def test_a_sampler_of_another_posterior_fails(pieces):
    pieces["hmc_2"] = pieces["hmc_2"].assign(mean=pieces["hmc_2"]["mean"] + [0, 0.1])
    pieces["samplers"] = together(pieces)
    assert reached(pieces)["samplers", "largest"] == (pytest.approx(0.1 / np.hypot(0.01, 0.01)), 0)


def test_samplers_that_are_not_installed_are_named(pieces):
    assert pieces["samplers"].attrs["missing"] == "numpyro"
