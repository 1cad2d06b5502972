"""Small catalogues with known truth for the tests of the audit."""

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr
from scipy.special import expit

RUPTURE = ["height", "width", "sxx", "sxy", "syy", "mu_d", "friction_drop", "dc"]
UNITS = ["km", "km", "MPa", "MPa", "MPa", "1", "1", "m"]


def build(
    features: np.ndarray,
    label: np.ndarray,
    names: list[str] | None = None,
    units: list[str] | None = None,
    split: np.ndarray | None = None,
    simulation: np.ndarray | None = None,
) -> xr.Dataset:
    """A catalogue as `make_catalogue` builds it, without its checks."""
    n_rows, n_features = np.shape(features)
    split = np.where(np.arange(n_rows) % 5 == 4, "test", "train") if split is None else split
    return xr.Dataset(
        {
            "features": (("simulation", "feature"), np.array(features, dtype=float)),
            "label": ("simulation", np.array(label)),
        },
        coords={
            "simulation": np.arange(n_rows) if simulation is None else simulation,
            "feature": names or [f"x{index}" for index in range(n_features)],
            "units": ("feature", units or [""] * n_features),
            "split": ("simulation", split),
        },
        attrs={"name": "test"},
    )


def plain(seed: int = 0, rows: int = 600, slope: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    """Four normal features, of which two tell the label."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(rows, 4))
    label = (random.random(rows) < expit(slope * (features[:, 0] + features[:, 1] - 0.5))).astype(int)
    return features, label


def rupture(seed: int = 0, rows: int = 800) -> tuple[np.ndarray, np.ndarray]:
    """Columns RUPTURE from the sampling law of the published catalogue; the label by the stress drop, with noise."""
    random = np.random.default_rng(seed)
    syy = random.uniform(-160, -10, rows)
    sxx = syy * random.uniform(0.75, 1.25, rows)
    mu_d = random.uniform(0.2, 0.6, rows)
    friction_drop = random.uniform(mu_d + 0.2, 0.8) - mu_d
    sxy = -syy * (mu_d + random.uniform(0.02, 0.15, rows) * friction_drop)
    dc = random.normal(0.4, 0.05, rows)
    width = random.uniform(1, 2, rows)
    height = width * random.uniform(0, 0.1, rows)
    drop = np.log(sxy + mu_d * syy)
    label = (random.random(rows) < expit(6 * (drop - np.quantile(drop, 0.65)))).astype(int)
    return np.column_stack([height, width, sxx, sxy, syy, mu_d, friction_drop, dc]), label


@pytest.fixture(name="build")
def build_fixture() -> Callable[..., xr.Dataset]:
    return build


@pytest.fixture(name="plain")
def plain_fixture() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    return plain


@pytest.fixture(name="rupture")
def rupture_fixture() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    return rupture


@pytest.fixture
def rupture_catalogue() -> Callable[[np.ndarray, np.ndarray], xr.Dataset]:
    return lambda features, label: build(features, label, list(RUPTURE), list(UNITS))
