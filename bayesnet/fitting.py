"""Fit one method to one catalogue: the same steps whatever the method, and everything that the fit rests on stored."""

import json
import time
from dataclasses import asdict, fields
from datetime import UTC, datetime

import numpy as np
import xarray as xr
from scipy.special import expit

from bayesnet.fits import METHODS, Config
from bayesnet.network import Network
from bayesnet.store import provenance
from bayesnet.training import standardise, training_set
from data import InputError, rows
from data.files import fingerprint
from data.seeds import seed_for


def fit(
    method: str,
    network: Network,
    catalogue: xr.Dataset,
    *,
    config: Config | None = None,
    balance: str = "none",
    upsample_seed: int | None = None,
    seed: int = 0,
) -> xr.DataTree:
    """Fit the network to the catalogue's training rows and predict its test rows.

    Parameters
    ----------
    method : str
        A key of `METHODS`.
    network : Network
    catalogue : xarray.Dataset
        See `data.load_catalogue`.
    config : optional
        The method's settings, by default its full ones.
    balance : {"none", "upsample", "weight"}
        See `training_set`.
    upsample_seed : int, optional
        Of the rows drawn by `upsample`, by default one that follows from `seed`.
    seed : int

    Returns
    -------
    xarray.DataTree
        Group `posterior`: `w0 (chain, draw, feature, hidden)`, `b0`, `w1 (chain, draw, hidden)`, `b1 (chain, draw)`;
        `observed_data`: `y (simulation)`; `constant_data`: the standardised training rows `x (simulation, feature)`,
        their `weight`, `feature_mean` and `feature_sd` in the catalogue's units; `predictions`: the score
        `p (chain, draw, simulation)` of the test rows; `predictions_constant_data`: their `features` in the catalogue's
        units and `label`. Methods add `sample_stats`, `log_likelihood`, `fit`, `fit_stats`. Attributes tell where it
        came from.

    Raises
    ------
    InputError
        For an unknown method, or settings that it cannot work with.
    """
    if method not in METHODS:
        raise InputError(f"method must be one of {', '.join(METHODS)}, got {method!r}; choose one of them")
    config = METHODS[method].config if config is None else config
    random_state = seed_for(seed, "upsample") if upsample_seed is None else upsample_seed
    train = training_set(catalogue, balance, random_state)
    started = time.perf_counter()
    tree = METHODS[method].fit(network, train, config, seed_for(seed, method))
    seconds = time.perf_counter() - started
    tree["observed_data"] = xr.DataTree(train[["y"]])
    tree["constant_data"] = xr.DataTree(train[["x", "weight", "feature_mean", "feature_sd"]])
    settings = fit_settings(method, network, catalogue, config, balance, upsample_seed, seed)
    tree.attrs = {key: value if isinstance(value, (str, int)) else json.dumps(value) for key, value in settings.items()}
    tree.attrs |= {
        "fingerprint": fingerprint(settings),
        "catalogue_source": catalogue.attrs["source"],
        "catalogue_repairs": catalogue.attrs["repairs"],
        "seconds": seconds,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **provenance(),
    }
    test = rows(catalogue, "test")
    tree["predictions"] = xr.DataTree(predict(tree, test).to_dataset(name="p"))
    tree["predictions_constant_data"] = xr.DataTree(test[["features", "label"]].drop_vars("split"))
    return tree


def fit_settings(
    method: str,
    network: Network,
    catalogue: xr.Dataset,
    config: Config,
    balance: str,
    upsample_seed: int | None,
    seed: int,
) -> dict[str, str | int | dict | None]:
    """Everything that determines the numbers of a fit."""
    return {
        "method": method,
        "config": asdict(config),
        "network": asdict(network),
        "catalogue": catalogue.attrs["name"],
        "catalogue_checksum": catalogue.attrs["checksum"],
        "balance": balance,
        "upsample_seed": upsample_seed,
        "seed": seed,
    }


def network_of(tree: xr.DataTree) -> Network:
    """The network that a stored fit was made with; a setting that is younger than the fit has its default."""
    stored = json.loads(tree.attrs["network"])
    return Network(**{field.name: stored[field.name] for field in fields(Network) if field.name in stored})


def predict_logit(tree: xr.DataTree, catalogue: xr.Dataset) -> xr.DataArray:
    """Logit of the score of every draw at every row of `catalogue`, `(chain, draw, simulation)`.

    Parameters
    ----------
    tree : xarray.DataTree
        A fit, fresh or loaded from disk.
    catalogue : xarray.Dataset
        Rows with the features that the fit was trained on, in the catalogue's units.

    Raises
    ------
    InputError
        Where the features are not those of the fit.
    """
    return network_of(tree).logit(tree["posterior"].to_dataset(), network_inputs(tree, catalogue))


def network_inputs(tree: xr.DataTree, catalogue: xr.Dataset) -> xr.DataArray:
    """Rows of `catalogue` as the fitted network sees them: standardised, in its order, `(simulation, feature)`.

    Raises
    ------
    InputError
        Where the features are not those of the fit.
    """
    constant = tree["constant_data"]
    expected, got = constant["feature"].values.tolist(), catalogue["feature"].values.tolist()
    if sorted(expected) != sorted(got):
        raise InputError(
            f"expected the features {', '.join(expected)} that the fit was trained on, got {', '.join(got)}; "
            "give a catalogue that has the same"
        )
    features = catalogue["features"].sel(feature=expected)
    return standardise(features, constant["feature_mean"], constant["feature_sd"])


def predicted_inputs(tree: xr.DataTree) -> xr.DataArray:
    """The fit's own test rows as its network sees them, `(simulation, feature)`."""
    return network_inputs(tree, tree["predictions_constant_data"].to_dataset())


def predict(tree: xr.DataTree, catalogue: xr.Dataset) -> xr.DataArray:
    """Score of every draw at every row, the probability of class 1: `p (chain, draw, simulation)`."""
    logit = predict_logit(tree, catalogue)
    return logit.copy(data=expit(np.asarray(logit))).rename("p")
