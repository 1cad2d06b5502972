import numpy as np
import pytest
import xarray as xr
from scipy.special import expit

from bayesnet.context import Context
from bayesnet.parts.plane import PART, boundary, stress_plane
from data import make_catalogue

NAMES = ("sxx", "sxy", "syy", "mu_d")


def plane_of(rows: int = 300, seed: int = 0) -> xr.Dataset:
    rng = np.random.default_rng(seed)
    strength, drop = rng.uniform(5, 60, rows), rng.uniform(0, 6, rows)
    values = {"stress": strength + drop, "strength": strength, "drop": drop}
    return xr.Dataset({name: ("simulation", value) for name, value in values.items()}, {"simulation": np.arange(rows)})


def scores(plane: xr.Dataset, threshold, slope, steepness=3.0) -> np.ndarray:
    across = plane["strength"].values - np.median(plane["strength"].values)
    return expit(steepness * (plane["drop"].values - threshold - slope * across))


def test_the_plane_is_of_stresses_whatever_their_sign():
    features = np.array([[-50.0, 31.0, -60.0, 0.5], [-20.0, -13.0, -20.0, 0.6]])
    rows = xr.Dataset(
        {"features": (("simulation", "feature"), features)},
        {"simulation": [4, 7], "feature": list(NAMES), "units": ("feature", ["MPa", "MPa", "MPa", "1"])},
    )
    plane = stress_plane(rows)
    assert plane["strength"].values == pytest.approx([30.0, 12.0])
    assert plane["drop"].values == pytest.approx([1.0, 1.0])
    assert plane["drop"].attrs["units"] == "MPa"
    assert not stress_plane(rows.sel(feature=["sxx", "sxy", "mu_d"])).data_vars


def test_a_known_boundary_is_found():
    plane = plane_of()
    found = boundary(plane, scores(plane, 2.5, 0.02)[None], resamples=100)
    assert float(found["threshold"]) == pytest.approx(2.5, abs=0.02)
    assert float(found["slope"]) == pytest.approx(0.02, abs=0.001)
    assert found["same_class"] > 0.99
    assert found["commoner_class"] < 0.7
    assert found[["sd_near", "sd_far"]].to_array().isnull().all()  # of a point estimate


def test_the_interval_holds_what_draws_and_rows_vary():
    plane, rng = plane_of(), np.random.default_rng(1)
    draws = np.stack([scores(plane, threshold, 0.0) for threshold in rng.normal(3, 0.4, 400)])
    found = boundary(plane, draws, resamples=400)
    lower, upper = found["threshold_interval"].values
    assert upper - lower == pytest.approx(4 * 0.4, rel=0.15)
    assert lower < found["threshold"] < upper
    assert found["sd_near"] > 2 * found["sd_far"]  # draws differ where the boundary moves
    outcomes = (rng.random(300) < scores(plane, 3.0, 0.0, steepness=1.0)).astype(float)
    lower, upper = boundary(plane, outcomes[None], resamples=400)["threshold_interval"].values
    assert lower < 3.0 < upper
    assert upper - lower > 0.3  # rows alone


def test_scores_of_0_and_1_alone_have_a_boundary_and_those_of_one_class_none():
    plane = plane_of()
    sure = boundary(plane, (scores(plane, 2.5, 0.0) > 0.5).astype(float)[None], resamples=50)
    assert float(sure["threshold"]) == pytest.approx(2.5, abs=0.1)
    assert sure["same_class"] > 0.99
    none = boundary(plane, np.full((20, 300), 0.3), resamples=50)
    assert all(none[name].isnull().all() for name in none.data_vars)


def test_every_method_of_a_rupture_catalogue_has_a_boundary(make_fit):
    plane = plane_of(100)
    features = np.column_stack(
        [-plane["strength"], plane["stress"], -2 * plane["strength"], np.full(100, 0.5) + 1e-6 * np.arange(100)]
    )
    label = (scores(plane, 2.5, 0.0) > 0.5).astype(int)
    data = make_catalogue(
        name="ruptures",
        features=np.vstack([features, features]),
        label=np.tile(label, 2),
        split=np.repeat(["train", "test"], 100),
        feature_names=list(NAMES),
        units=["MPa", "MPa", "MPa", "1"],
    )
    fits = {
        "mlp": make_fit(scores(plane, 2.5, 0.0)[None, None], label, features=features),
        "none": make_fit(np.full((1, 1, 100), 0.2), label, features=features),
    }
    found = PART.compute(Context(None, fits, data, "mlp", 0))
    assert found["threshold"].sel({"method": "mlp"}) == pytest.approx(2.5, abs=0.1)
    assert found["threshold"].sel({"method": "none"}).isnull()
    assert found["outcome_threshold"] == pytest.approx(2.5, abs=0.2)
    other = data.assign_coords(feature=["a", "b", "c", "d"])
    assert not PART.compute(Context(None, fits, other, "mlp", 0)).data_vars
