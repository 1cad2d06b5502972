"""From a catalogue to what a fit sees: standardised training rows, each with its weight."""

import numpy as np
import xarray as xr
from sklearn.preprocessing import StandardScaler
from sklearn.utils import resample
from sklearn.utils.class_weight import compute_sample_weight

from data import InputError, rows
from data.rupture.combinations import COMBINATIONS, PHYSICAL, Columns, column_named

BALANCES = ("none", "upsample", "weight")
# what a model can be given, in words; a model of no inputs knows "none" too
INPUTS = {
    "raw": "the features of the catalogue",
    "physical": "the physical combinations of them, dc, and the geometry",
    "both": "the features and their physical combinations",
}


def training_set(
    catalogue: xr.Dataset, balance: str = "none", random_state: int = 0, inputs: str = "raw"
) -> xr.Dataset:
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
    inputs : {"none", "raw", "physical", "both"}
        What a model is given: nothing, the catalogue's features, combinations of them with the geometry
        (`data.rupture.combinations.PHYSICAL`), or the features and the combinations.

    Returns
    -------
    xarray.Dataset
        Distinct rows `x (simulation, feature)`, zero mean and unit sd over the training rows before balancing;
        `y (simulation)`; `weight (simulation)`, how many times the row counts; `feature_mean`, `feature_sd (feature)`
        in the catalogue's units. A `feature` is an input of the model: a feature of the catalogue or a combination.

    Raises
    ------
    InputError
        For an unknown `balance`, or a catalogue that lacks what the inputs follow from.
    """
    if balance not in BALANCES:
        raise InputError(f"balance must be one of {', '.join(BALANCES)}, got {balance!r}; choose one of them")
    train = rows(catalogue, "train")
    names = input_names(inputs, train["feature"].values.tolist())
    values = _named(columns_of(train), names, train.sizes["simulation"])
    mean, sd = _scales(values)
    y = train["label"].values
    index = _upsampled(y, random_state) if balance == "upsample" else np.arange(len(y))
    weight = compute_sample_weight("balanced", y) if balance == "weight" else np.ones(len(y))
    distinct, count = _distinct(train, index, weight)
    return xr.Dataset(
        {
            "x": (("simulation", "feature"), ((values - mean) / sd)[distinct]),
            "y": ("simulation", y[distinct].astype(float)),
            "weight": ("simulation", count),
            "feature_mean": ("feature", mean),
            "feature_sd": ("feature", sd),
        },
        coords={"simulation": train["simulation"].values[distinct], "feature": np.array(names, dtype=str)},
    )


def input_names(inputs: str, features: list[str]) -> list[str]:
    """Names of a model's inputs, where a catalogue has these features.

    Raises
    ------
    InputError
        Where the catalogue lacks a feature that they follow from.
    """
    physical = [name for name in PHYSICAL if name not in features]
    names = {"none": [], "raw": features, "physical": list(PHYSICAL), "both": [*features, *physical]}[inputs]
    _check_features(names, features, f"the {inputs} inputs follow from")
    return names


def _check_features(names: list[str], features: list[str], what: str) -> None:
    """Refuse a catalogue that lacks a feature that inputs of these names are or follow from."""
    sources = [
        COMBINATIONS[name].columns if name in COMBINATIONS and name not in features else (name,) for name in names
    ]
    needed = list(dict.fromkeys(source for of_one in sources for source in of_one))
    if not set(needed) <= set(features):
        raise InputError(
            f"expected the features {', '.join(needed)} that {what}, got {', '.join(features)}; "
            "give a catalogue that has them"
        )


def columns_of(rows: xr.Dataset) -> dict[str, np.ndarray]:
    """Features of rows by name, each `(simulation,)`, in the catalogue's units."""
    features = rows["features"].transpose("feature", "simulation").values
    return dict(zip(rows["feature"].values.tolist(), features, strict=True))


def _named(columns: Columns, names: list[str], n_rows: int) -> np.ndarray:
    """Inputs of these names in the catalogue's units, `(simulation, feature)`."""
    return np.stack([column_named(name, columns) for name in names], axis=1) if names else np.empty((n_rows, 0))


def _scales(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd of every input."""
    if not values.shape[1]:
        return np.empty(0), np.empty(0)
    scaler = StandardScaler().fit(values)
    return scaler.mean_, scaler.scale_


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
    names, features = train["feature"].values.tolist(), rows["feature"].values.tolist()
    _check_features(names, features, "the fit was trained on")
    coords = {"simulation": rows["simulation"].values, "feature": names}
    return xr.DataArray(inputs_of(train, columns_of(rows)), coords, ("simulation", "feature"))


def inputs_of(train: xr.Dataset, columns: Columns) -> np.ndarray:
    """Standardised inputs `(simulation, feature)` of rows with these features, each `(simulation,)`, by name."""
    n_rows = len(next(iter(columns.values())))
    values = _named(columns, train["feature"].values.tolist(), n_rows)
    return (values - train["feature_mean"].values) / train["feature_sd"].values


def test_inputs(fit: xr.DataTree) -> np.ndarray:
    """Test rows of a fit as its network sees them, `(simulation, feature)`."""
    rows = fit["predictions_constant_data"].to_dataset()
    return network_inputs(fit["constant_data"].to_dataset(), rows).transpose("simulation", "feature").values


def input_units(fit: xr.DataTree, names: list[str]) -> list[str]:
    """Units of inputs of these names."""
    rows = fit["predictions_constant_data"]
    known = dict(zip(rows["feature"].values.tolist(), rows["units"].values.tolist(), strict=True))
    return [known[name] if name in known else COMBINATIONS[name].unit for name in names]


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
