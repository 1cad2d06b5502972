import numpy as np
import pymc as pm
import xarray as xr

from bayesnet.parameters import as_draws, flattened, gaussian_fit, labels, split, with_covariance

SHAPES = {"level": (), "slip": (2, 2)}
NAMES = ["level", "slip[0, 0]", "slip[0, 1]", "slip[1, 0]", "slip[1, 1]"]


def test_every_parameter_has_a_name():
    assert labels(SHAPES) == NAMES
    fit = with_covariance(gaussian_fit(SHAPES, np.zeros(5), np.ones(5)), np.eye(5))
    assert fit["covariance"].sel(parameter="slip[0, 1]", parameter_="slip[0, 1]") == 1
    assert fit["mean"]["parameter"].values.tolist() == NAMES


def test_splitting_is_undone_by_flattening():
    theta = np.random.default_rng(0).normal(size=(3, 4, 5))
    with pm.Model(coords={"along": ["a", "b"]}) as model:
        pm.Normal("level")
        pm.Normal("slip", dims=("along", "down"), shape=(2, 2))
    draws = as_draws(model, split(theta, SHAPES))
    assert draws["slip"].dims == ("chain", "draw", "along", "down")
    assert draws["along"].values.tolist() == ["a", "b"]
    again = flattened(draws, ["level", "slip"])
    assert np.array_equal(again, theta)
    assert again["parameter"].values.tolist() == NAMES


def test_dimensions_without_a_name_get_those_of_arviz():
    with pm.Model() as model:
        pm.Normal("slip", shape=(2, 2))
    assert as_draws(model, {"slip": np.zeros((1, 1, 2, 2))})["slip"].dims[2:] == ("slip_dim_0", "slip_dim_1")
    assert isinstance(as_draws(model, {"slip": np.zeros((1, 1, 2, 2))}), xr.Dataset)
