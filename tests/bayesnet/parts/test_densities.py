import numpy as np
import pytest
import xarray as xr
from scipy.stats import norm

from bayesnet.parts.densities import weight_densities
from bayesnet.parts.weights import weight_statistics
from bayesnet.store import load, save
from data import InputError
from tests.bayesnet.hand_made import three_fits


@pytest.mark.heavy
def test_densities_are_densities():
    fits, _, _ = three_fits("tanh", draws=100)
    found = weight_densities(fits)
    step = float(found["value"][1] - found["value"][0])
    assert np.isnan(found["prior"].sel({"method": "mlp", "alignment": "matched"})).all()
    for part in (found["density"], found["prior"]):
        part = part.sel({"method": ["advi", "nuts"]})
        np.testing.assert_allclose(part.sum("value") * step, 1.0, atol=0.02)
    expected = np.broadcast_to(norm.pdf(found["value"]), found["prior"].shape[2:])
    for method in found["method"].values:
        plain = found["prior"].sel({"method": method, "alignment": "none"})
        np.testing.assert_allclose(plain, expected, atol=1e-6)
    means = weight_statistics(fits)["mean"].sel({"method": ["advi", "nuts"]})
    centres = (found["density"].sel({"method": ["advi", "nuts"]}) * found["value"]).sum("value") * step
    np.testing.assert_allclose(centres, means, atol=0.1 * step)
    b1 = found["density"].sel({"method": "nuts", "alignment": "none"})[-1]
    values = fits["nuts"]["posterior"]["b1"].values.ravel()
    expected = norm.pdf(found["value"], values.mean(), values.std())
    assert np.abs(b1 - expected).sum() * step < 0.2


def test_too_coarse_a_grid_is_refused():
    with pytest.raises(InputError, match="points must be at least 100"):
        weight_densities(three_fits()[0], points=10)


def test_a_point_estimate_has_none_and_everything_can_be_stored(tmp_path):
    densities = weight_densities(three_fits()[0], points=100)
    assert np.isnan(densities["density"].sel({"method": "mlp"})).all()
    stored = load(save(xr.DataTree(densities), tmp_path / "densities.nc"))
    xr.testing.assert_allclose(stored.to_dataset(), densities)
