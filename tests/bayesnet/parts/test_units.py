import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from bayesnet.fitting import training_rows
from bayesnet.parts.units import unit_statistics
from bayesnet.problems.network.activations import ACTIVATIONS
from bayesnet.problems.network.forward import unit_reach
from bayesnet.problems.network.model import Network
from bayesnet.store import load, save
from data import InputError
from tests.bayesnet.hand_made import (
    HIDDEN,
    disguised,
    make_fit,
    random_weights,
    scattered_weights,
    three_fits,
    weights_of,
)


def test_unused_and_interchangeable_units_are_seen():
    rng = np.random.default_rng(4)
    weights = scattered_weights(rng, 1, 50, HIDDEN, 0.05)
    weights["w1"][..., 0] = 0.0  # says nothing
    weights["w0"][..., 1], weights["b0"][..., 1] = 0.05 * rng.normal(size=(1, 50, 3)), 3.0  # says a constant
    lame = make_fit(weights, Network(hidden=HIDDEN))
    found = unit_statistics({"nuts": lame})
    reach = unit_reach(lame["posterior"].to_dataset(), training_rows(lame)["x"].values, ACTIVATIONS["relu"])
    assert (reach[..., 0] == 0).all()
    np.testing.assert_allclose(np.sort(np.median(reach, axis=(0, 1))), np.sort(found["reach"].values[0]))
    assert found["unused"].item() >= 1
    clear = make_fit(scattered_weights(rng, 1, 50, HIDDEN, 0.05), Network(hidden=HIDDEN))
    assert unit_statistics({"nuts": clear})["ambiguous"].item() == 0
    twins = scattered_weights(rng, 1, 50, HIDDEN, 0.05)
    for part in ("w0", "b0", "w1"):
        twins[part][..., 1] = twins[part][..., 0] + 0.05 * rng.normal(size=twins[part][..., 0].shape)
    doubtful = unit_statistics({"nuts": make_fit(twins, Network(hidden=HIDDEN))})["ambiguous_unit"].values[0]
    assert np.sort(doubtful)[:2].tolist() == [0, 0]
    assert (np.sort(doubtful)[2:] > 0.3).all()


def test_a_point_estimate_has_no_odds_and_everything_can_be_stored(tmp_path):
    units = unit_statistics(three_fits()[0])
    assert np.isnan(units["ambiguous"].sel({"method": "mlp"}))
    assert np.isfinite(units["reach"]).all()
    assert (units["distance"].sel({"method": "nuts"}) == 0).all()
    stored = load(save(xr.DataTree(units), tmp_path / "units.nc"))
    xr.testing.assert_allclose(stored.to_dataset(), units)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "softplus"])
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
    xr.testing.assert_allclose(unit_statistics(fits), unit_statistics(others), rtol=1e-6, atol=1e-8)


def test_fits_that_cannot_be_compared_are_refused():
    fits, _, _ = three_fits()
    small = make_fit(random_weights(np.random.default_rng(0), 1, 5, 3), Network(hidden=3))
    with pytest.raises(InputError, match="weights of 'small' and 'nuts' cannot be compared: their units differ"):
        unit_statistics(fits | {"small": small})
