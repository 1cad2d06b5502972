import numpy as np
import pytest
import xarray as xr
from scipy.stats import norm

from bayesnet.context import Context
from bayesnet.parts.quantities import PART, distances, side_by_side, summary
from tests.bayesnet.linear import Curve


@pytest.fixture(scope="module")
def found(curve_fits, curve_data):
    return PART.compute(Context(Curve(), curve_fits, curve_data, "exact", 0))


def draws(values: np.ndarray) -> xr.DataArray:
    return xr.DataArray(values, {"quantity": ["a", "b"]}, dims=("sample", "quantity"))


def test_elements_of_all_variables_stand_side_by_side():
    coords = {"chain": [0, 1], "draw": [0, 1, 2], "place": ["x", "y"]}
    slip = np.arange(24).reshape(2, 3, 2, 2)
    variables = {
        "slip": (("chain", "draw", "place", "layer"), slip, {"units": "m"}),
        "moment_magnitude": (("draw", "chain"), np.arange(6).reshape(3, 2), {"label": "Mw"}),
    }
    found = side_by_side(xr.Dataset(variables, coords))
    assert found.sizes == {"sample": 6, "quantity": 5}
    assert found["quantity"].values.tolist() == [
        "slip[x, 0]",
        "slip[x, 1]",
        "slip[y, 0]",
        "slip[y, 1]",
        "moment_magnitude",
    ]
    assert found["label"].values.tolist() == ["slip, x, 0", "slip, x, 1", "slip, y, 0", "slip, y, 1", "Mw"]
    assert found["units"].values.tolist() == ["m"] * 4 + [""]
    assert found["variable"].values.tolist() == ["slip"] * 4 + ["moment_magnitude"]
    assert np.array_equal(found.sel(quantity="slip[y, 0]"), slip[..., 1, 0].ravel())
    assert found.sel(quantity="moment_magnitude").values.tolist() == [0, 2, 4, 1, 3, 5]  # chain after chain


def test_of_each_method_with_truth_and_prior(found, curve_fits):
    assert found["label"].values.tolist() == ["end height", "terms, x", "terms, x2"]
    assert np.isnan(found["truth"].values[0])
    assert found["truth"].values[1:].tolist() == [-2.0, 1.5]
    exact = found.sel({"method": "exact"})
    end = curve_fits["exact"]["posterior"]["end"].values
    assert float(exact["mean"][0]) == pytest.approx(end.mean())
    assert float(exact["sd"][0]) == pytest.approx(end.std(ddof=1))
    assert np.allclose(exact["interval"][0], np.quantile(end, [0.025, 0.975]))
    assert np.allclose(found["prior_sd"], [np.sqrt(12), 2, 2], rtol=0.15)
    assert np.allclose(exact["contraction"], 1 - (exact["sd"] / found["prior_sd"]) ** 2)
    assert exact["covered"].values[1:].tolist() == [1, 1]
    assert np.isnan(found["covered"][:, 0]).all()


def test_distances_to_the_reference(found):
    assert np.isnan(found["wasserstein_sd"].sel({"method": "exact"})).all()
    assert float(found["worst_wasserstein_sd"].sel({"method": "nuts"})) < 0.15
    estimate = found.sel({"method": "map"})
    assert np.isnan(estimate["sd"]).all()
    assert np.isnan(estimate["sd_ratio"]).all()
    assert float(estimate["mean_wasserstein_sd"]) == pytest.approx(
        np.sqrt(2 / np.pi), abs=0.03
    )  # of a Gaussian's middle


def test_distances_of_gaussians():
    z = norm.ppf((np.arange(4000) + 0.5) / 4000)
    reference = draws(np.stack([z, 5 + 10 * z], axis=1))
    moved = distances(draws(np.stack([z + 2, 5 + 10 * z], axis=1)), reference)
    assert moved["wasserstein_sd"].values == pytest.approx([2, 0], abs=1e-3)
    assert moved["mean_shift_sd"].values == pytest.approx([2, 0], abs=1e-3)
    assert float(moved["worst_wasserstein_sd"]) == pytest.approx(2, abs=1e-3)
    wide = distances(draws(np.stack([z, 5 + 20 * z], axis=1)), reference)
    assert wide["sd_ratio"].values == pytest.approx([1, 2])


def test_a_reference_without_spread_measures_nothing():
    still = draws(np.zeros((1, 2)))
    assert np.isnan(distances(draws(np.ones((5, 2))), still)["wasserstein_sd"]).all()


def test_truth_inside_and_outside():
    values = draws(np.linspace(-1, 1, 101)[:, None] * [1, 1])
    one = summary(values, np.array([1.0, np.nan]), np.array([0.9, 0.97]))
    assert one["covered"].values.tolist() == [1, 0]
    assert float(one["covered_share"]) == 0.5
    assert np.isnan(one["contraction"].values).tolist() == [False, True]
