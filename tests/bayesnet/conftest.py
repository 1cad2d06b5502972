"""Fits of the curve, whose posterior is known, by the methods that fit any problem."""

from collections.abc import Iterator

import pytest
import xarray as xr

from bayesnet.problems import PROBLEMS
from data import load_catalogue, rows
from tests.bayesnet.linear import Curve, fitted, points


@pytest.fixture(scope="session")
def curve_data() -> Iterator[xr.Dataset]:
    """Points of the curve; the problem is known for as long."""
    PROBLEMS[Curve.name] = Curve
    yield points()
    del PROBLEMS[Curve.name]


@pytest.fixture(scope="session")
def ruptures() -> xr.Dataset:
    """The first 300 training and 100 test rows of the catalogue that comes with the project."""
    whole = load_catalogue("rupture2d")
    parts = [rows(whole, part).isel(simulation=slice(n)) for part, n in (("train", 300), ("test", 100))]
    return xr.concat(parts, dim="simulation", data_vars="minimal").assign_attrs(whole.attrs | {"checksum": "some"})


@pytest.fixture(scope="session")
def exact_fit(curve_data) -> xr.DataTree:
    return fitted("exact", curve_data, draws=500)


@pytest.fixture(scope="session")
def map_fit(curve_data) -> xr.DataTree:
    return fitted("map", curve_data, restarts=3)


@pytest.fixture(scope="session")
def curve_fits(curve_data, map_fit, exact_fit) -> dict[str, xr.DataTree]:
    """The curve fitted by every method that can; not to be changed."""
    return {
        "map": map_fit,
        "advi": fitted("advi", curve_data, iterations=6000, restarts=2, draws=500),
        "nuts": fitted("nuts", curve_data, warmup=500, draws=1000, thin=2),
        "exact": exact_fit,
    }
