"""One fit on one split of a catalogue, graded; and the comparison of all methods on the catalogue's own split."""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from sklearn.model_selection import train_test_split

from bayesnet.contract import Problem
from bayesnet.fitting import fit
from bayesnet.methods import METHODS
from bayesnet.parts.differences import paired_differences
from bayesnet.parts.importance import permutation_importance
from bayesnet.parts.scores import score
from data import make_catalogue, rows
from data.catalogue import TEST, TRAIN
from data.seeds import seed_for

SHUFFLES = 3  # of each input: the splits themselves say how far its importance moves
METRIC = "f1"  # of which an input's shuffling takes something; the paper's


def split_again(catalogue: xr.Dataset, repeat: int, seed: int, size: int | None = None) -> xr.Dataset:
    """The catalogue with other test rows, as many as it has, drawn within each class.

    Parameters
    ----------
    catalogue : xarray.Dataset
        See `data.make_catalogue`.
    repeat : int
        Number of the split.
    seed : int
    size : int, optional
        Training rows to keep, drawn within each class, by default all; the test rows are those of all.

    Raises
    ------
    InputError
        Where a class is left with less than two rows.
    """
    label, tested = catalogue["label"].values, rows(catalogue, TEST).sizes["simulation"]
    own = seed_for(seed, f"split {repeat}")
    train, test = train_test_split(np.arange(len(label)), test_size=tested, stratify=label, random_state=own)
    if size is not None and size < len(train):
        train, _ = train_test_split(train, train_size=size, stratify=label[train], random_state=own)
    kept = np.sort(np.concatenate([train, test]))
    some = catalogue.isel(simulation=kept)
    return make_catalogue(
        name=f"{catalogue.attrs['name']}, split {repeat}",
        features=some["features"].transpose("simulation", "feature").values,
        label=some["label"].values,
        split=np.where(np.isin(kept, test), TEST, TRAIN),
        feature_names=some["feature"].values.tolist(),
        units=some["units"].values.tolist(),
        simulation=some["simulation"].values,
        **{name: catalogue.attrs[name] for name in ("source", "licence", "repairs")},
    )


def measure(
    method: str, problem: Problem, catalogue: xr.Dataset, config: object, repeat: int, seed: int, size: int | None
) -> xr.Dataset:
    """Fit a method to one split, from starts and draws of its own, and grade it.

    Parameters
    ----------
    method : str
        A key of `bayesnet.METHODS`.
    problem : Problem
        A classifier.
    catalogue : xarray.Dataset
    config : object
        Settings of the method.
    repeat, seed, size : int
        See `split_again`.

    Returns
    -------
    xarray.Dataset
        `value (metric)`: see `bayesnet.score`; `drop (feature)`: what shuffling an input takes of F1;
        `converged`, `seconds`, `n_train`, `n_test`.
    """
    split = split_again(catalogue, repeat, seed, size)
    own = seed_for(seed, f"repeat {repeat}")
    made = fit(method, problem, split, config=config, seed=own, predictive=False)
    value = score(made, resamples=2, seed=own)["value"]  # its intervals are not used
    drops = permutation_importance(made, split, metric=METRIC, repeats=SHUFFLES, seed=own)
    return xr.Dataset(
        {
            "value": value,
            "drop": drops["drop_mean"].sel(metric=METRIC, drop=True),
            "converged": int(METHODS[method].diagnose(made)["converged"]),
            "seconds": made.attrs["seconds"],
            "n_train": rows(split, TRAIN).sizes["simulation"],
            "n_test": rows(split, TEST).sizes["simulation"],
        }
    )


def measure_own(problem: Problem, catalogue: xr.Dataset, configs: Mapping[str, object], seed: int) -> xr.Dataset:
    """Compare methods, given with their settings, on the catalogue's own split: see `bayesnet.paired_differences`."""
    fits: dict[str, xr.DataTree] = {}
    for method, config in configs.items():
        fits[method] = fit(method, problem, catalogue, config=config, seed=seed, others=fits, predictive=False)
    return paired_differences(fits, seed=seed)
