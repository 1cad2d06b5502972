"""Fits of the curve, whose posterior is known, by the methods that fit any problem."""

from collections.abc import Callable, Iterator

import pytest
import xarray as xr

import bayesnet
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
def curve_fit(curve_data, once) -> Callable[..., xr.DataTree]:
    """Fit the curve by a method with settings, once for all workers."""

    def fit(method: str, **settings: int) -> xr.DataTree:
        made = once(
            f"curve-{method}", lambda folder: bayesnet.save(fitted(method, curve_data, **settings), folder / "fit.nc")
        )
        return bayesnet.load(made / "fit.nc")

    return fit


@pytest.fixture(scope="session")
def exact_fit(curve_fit) -> xr.DataTree:
    return curve_fit("exact", draws=500)


@pytest.fixture(scope="session")
def map_fit(curve_fit) -> xr.DataTree:
    return curve_fit("map", restarts=3)


@pytest.fixture(scope="session")
def curve_fits(curve_fit, map_fit, exact_fit) -> dict[str, xr.DataTree]:
    """The curve fitted by every method that can; not to be changed."""
    return {
        "map": map_fit,
        "advi": curve_fit("advi", iterations=6000, restarts=2, draws=500),
        "nuts": curve_fit("nuts", warmup=500, draws=1000, thin=2),
        "exact": exact_fit,
    }
