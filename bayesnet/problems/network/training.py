"""From a catalogue to what a fit sees: standardised training rows, each with its weight."""

import numpy as np
import xarray as xr
from sklearn.preprocessing import StandardScaler
from sklearn.utils import resample
from sklearn.utils.class_weight import compute_sample_weight

from data import InputError, rows

BALANCES = ("none", "upsample", "weight")


def training_set(catalogue: xr.Dataset, balance: str = "none", random_state: int = 0) -> xr.Dataset:
    """Standardise the training rows and weigh them.

    Parameters
    ----------
    catalogue : xarray.Dataset
        See `data.make_catalogue`.
    balance : {"none", "upsample", "weight"}
        `upsample` draws rows of the minority class with replacement until the classes are even (the paper);
        `weight` gives both classes the same total weight in the likelihood.
    random_state : int
        Seed of `sklearn.utils.resample` (the authors' notebook: 100).

    Returns
    -------
    xarray.Dataset
        Distinct rows `x (simulation, feature)`, zero mean and unit sd over the training rows before balancing;
        `y (simulation)`; `weight (simulation)`, how many times the row counts; `feature_mean`, `feature_sd (feature)`
        in the catalogue's units.

    Raises
    ------
    InputError
        For an unknown `balance`.
    """
    if balance not in BALANCES:
        raise InputError(f"balance must be one of {', '.join(BALANCES)}, got {balance!r}; choose one of them")
    train = rows(catalogue, "train")
    scaler = StandardScaler().fit(train["features"].values)
    y = train["label"].values
    index = _upsampled(y, random_state) if balance == "upsample" else np.arange(len(y))
    weight = compute_sample_weight("balanced", y) if balance == "weight" else np.ones(len(y))
    distinct, count = _distinct(train, index, weight)
    return xr.Dataset(
        {
            "x": (("simulation", "feature"), scaler.transform(train["features"].values)[distinct]),
            "y": ("simulation", y[distinct].astype(float)),
            "weight": ("simulation", count),
            "feature_mean": ("feature", scaler.mean_),
            "feature_sd": ("feature", scaler.scale_),
        },
        coords={"simulation": train["simulation"].values[distinct], "feature": train["feature"].values},
    )


def network_inputs(train: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
    """Rows as the network sees them: standardised, in the order of the training rows, `(simulation, feature)`.

    Parameters
    ----------
    train : xarray.Dataset
        See `training_set`.
    rows : xarray.Dataset
        Training rows, or others with `features (simulation, feature)` in the catalogue's units.

    Raises
    ------
    InputError
        Where the features are not those of the training rows.
    """
    if "x" in rows:
        return rows["x"]
    expected, got = train["feature"].values.tolist(), rows["feature"].values.tolist()
    if sorted(expected) != sorted(got):
        raise InputError(
            f"expected the features {', '.join(expected)} that the fit was trained on, got {', '.join(got)}; "
            "give a catalogue that has the same"
        )
    return standardise(rows["features"].sel(feature=expected), train["feature_mean"], train["feature_sd"])


def test_inputs(fit: xr.DataTree) -> np.ndarray:
    """Test rows of a fit as its network sees them, `(simulation, feature)`."""
    rows = fit["predictions_constant_data"].to_dataset()
    return network_inputs(fit["constant_data"].to_dataset(), rows).transpose("simulation", "feature").values


def standardise(features: xr.DataArray, feature_mean: xr.DataArray, feature_sd: xr.DataArray) -> xr.DataArray:
    """Inputs in the catalogue's units -> inputs of the network, `(simulation, feature)`."""
    return ((features - feature_mean) / feature_sd).transpose("simulation", "feature")


def _upsampled(y: np.ndarray, random_state: int) -> np.ndarray:
    """Positions of all majority rows and of as many minority rows drawn with replacement."""
    minority = int(np.bincount(y, minlength=2).argmin())
    others, few = np.flatnonzero(y != minority), np.flatnonzero(y == minority)
    return np.concatenate([others, resample(few, replace=True, n_samples=len(others), random_state=random_state)])


def _distinct(train: xr.Dataset, index: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First position and total weight of each distinct (features, label) among the rows `index`.

    The likelihood of a row that stands k times is that of one row to the power k, so the posterior is the same and a
    gradient costs fewer operations.
    """
    table = np.column_stack([train["features"].values, train["label"].values])[index]
    _, first, group = np.unique(table, axis=0, return_index=True, return_inverse=True)
    total = np.bincount(group.ravel(), weights=weight[index])
    order = np.argsort(index[first])
    return index[first][order], total[order]
