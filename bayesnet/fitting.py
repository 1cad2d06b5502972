"""Fit one method to one problem: the same steps whatever they are, and everything that the fit rests on stored."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytensor
import xarray as xr
from threadpoolctl import threadpool_limits

from bayesnet.contract import Problem
from bayesnet.methods import METHODS
from bayesnet.problems import problem_of
from bayesnet.starts import prior_draws
from bayesnet.store import FORMAT, provenance
from data import InputError
from data.files import fingerprint
from data.seeds import seed_for
from data.workers import cores

PRIOR_DRAWS = 500  # stored in the groups `prior` and `prior_predictive`
MOST_OUTCOMES = 2**24  # numbers of `posterior_predictive` that are stored; beyond it draws are thinned

# The source that PyTensor generates goes beside its other caches, which it clears of what is old, and not into the
# temporary folder, where it would stay.
if not pytensor.config.generated_src_dir:
    pytensor.config.generated_src_dir = str(Path(pytensor.config.base_compiledir) / "sources")


@threadpool_limits.wrap(limits=1)  # products of matrices have other last digits with more, and so chains other draws
def fit(
    method: str,
    problem: Problem,
    data: xr.Dataset,
    *,
    config: object | None = None,
    seed: int = 0,
    others: Mapping[str, xr.DataTree] | None = None,
    predictive: bool = True,
) -> xr.DataTree:
    """Fit a problem to the training rows of a data set and predict its test rows.

    Parameters
    ----------
    method : str
        A key of `METHODS`.
    problem : Problem
        A baseline fits a simpler one in its place, which the fit stores as its own.
    data : xarray.Dataset
        For a `Network` a catalogue: see `data.load_catalogue`.
    config : optional
        The method's settings, by default its full ones.
    seed : int
    others : mapping, optional
        Fits that exist, by method: one that another method is made from is taken from here, where it is the same that
        would be made, and not made again.
    predictive : bool
        Whether to draw from the prior and from the predictive distributions; fits that are made by the hundred need
        neither.

    Returns
    -------
    xarray.DataTree
        ArviZ's groups. `posterior`: the variables of the problem's model (of a network `w0 (chain, draw, feature,
        hidden)`, `b0`, `w1 (chain, draw, hidden)`, `b1 (chain, draw)`); `posterior_predictive`, `prior` and
        `prior_predictive`; `observed_data`: `y (row)`; `constant_data`: what else the model was built from;
        `predictions`: expected outcomes of the test rows, `(chain, draw, row)`; `predictions_constant_data`: the test
        rows with what was observed. Methods add `sample_stats`, `log_likelihood`, `fit`, `fit_stats`, `restarts`.
        Attributes tell where it came from.

    Raises
    ------
    InputError
        For an unknown method, or a problem or settings that it cannot work with.
    """
    if method not in METHODS:
        raise InputError(f"method must be one of {', '.join(METHODS)}, got {method!r}; choose one of them")
    known = METHODS[method]
    config = known.config if config is None else config
    settings = fit_settings(method, problem, data, config, seed)
    problem = known.problem(problem)
    train, test = problem.train(data, seed), problem.test(data)
    if known.made_from:
        source = _source(known.made_from, problem, data, config, seed, others or {})
        tree, seconds = known.fit(source), source.attrs["seconds"]
    else:
        started = time.perf_counter()
        # with fast mathematics a function gives other last digits where parts of it come from the compilation cache
        with pytensor.config.change_flags(numba__fastmath=False):
            tree = known.fit(problem, train, config, seed_for(seed, method))
        seconds = time.perf_counter() - started
    posterior = tree["posterior"].to_dataset()
    tree["observed_data"] = xr.DataTree(train[["y"]])
    tree["constant_data"] = xr.DataTree(train.drop_vars("y"))
    tree["predictions"] = xr.DataTree(problem.predict(posterior, train, test).to_dataset())
    tree["predictions_constant_data"] = xr.DataTree(test)
    for name, group in _predictive(problem, train, posterior, seed).items() if predictive else ():
        tree[name] = xr.DataTree(group)
    tree.attrs = {key: value if isinstance(value, (str, int)) else json.dumps(value) for key, value in settings.items()}
    tree.attrs |= {
        "format": FORMAT,
        "fingerprint": fingerprint(settings),
        "data_source": data.attrs["source"],
        "data_repairs": data.attrs["repairs"],
        "seconds": seconds,
        "processors": cores(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **provenance(),
    }
    return tree


def fit_settings(method: str, problem: Problem, data: xr.Dataset, config: object, seed: int) -> dict:
    """Everything that determines the numbers of a fit."""
    return {
        "method": method,
        "config": asdict(config),
        "problem": METHODS[method].problem(problem).settings(),
        "data": data.attrs["name"],
        "data_checksum": data.attrs["checksum"],
        "seed": seed,
    }


def _source(
    method: str, problem: Problem, data: xr.Dataset, config: object, seed: int, others: Mapping[str, xr.DataTree]
) -> xr.DataTree:
    """The fit that another is made from: the one that exists where it has the same settings, else a new one."""
    expected = fingerprint(fit_settings(method, problem, data, config, seed))
    if method in others and others[method].attrs["fingerprint"] == expected:
        return others[method]
    return fit(method, problem, data, config=config, seed=seed)


def predict(fit: xr.DataTree, data: xr.Dataset) -> xr.DataArray:
    """Expected outcome of every draw at every row of `data`, `(chain, draw, row)`: see the `predict` of its problem."""
    return problem_of(fit).predict(fit["posterior"].to_dataset(), training_rows(fit), data)


def predicts_as_stored(fit: xr.DataTree) -> bool:
    """Whether the first draw of a fit predicts the test rows as it did when the fit was made.

    It does not where what its variables mean has changed: coefficients of directions that another machine, or another
    version of the program, computes otherwise.
    """
    first = {"chain": [0], "draw": [0]}
    rows = fit["predictions_constant_data"].to_dataset()
    again = problem_of(fit).predict(fit["posterior"].to_dataset().isel(first), training_rows(fit), rows)
    stored = fit["predictions"][again.name].isel(first).transpose(*again.dims).values
    return bool(np.allclose(again.values, stored, rtol=1e-6, atol=1e-6 * np.abs(stored).max()))


def training_rows(fit: xr.DataTree) -> xr.Dataset:
    """What a fit's model was built from, as the `train` of its problem gave it."""
    return fit["constant_data"].to_dataset().assign(y=fit["observed_data"]["y"])


def config_of(fit: xr.DataTree) -> object:
    """The settings of its method that a fit was made with."""
    return type(METHODS[fit.attrs["method"]].config)(**json.loads(fit.attrs["config"]))


def predicted(fit: xr.DataTree) -> tuple[np.ndarray, np.ndarray]:
    """Observed outcomes `(row,)` and predicted ones `(sample, row)` of the test rows, chains one after the other."""
    (values,) = fit["predictions"].data_vars.values()
    values = values.transpose("chain", "draw", ...).values
    outcome = fit["predictions_constant_data"][problem_of(fit).outcome].values
    return outcome, values.reshape(-1, values.shape[-1])


def _predictive(problem: Problem, train: xr.Dataset, posterior: xr.Dataset, seed: int) -> dict[str, xr.Dataset]:
    """Groups `posterior_predictive`, `prior` and `prior_predictive`, of the training rows."""
    prior = prior_draws(problem.model(train), PRIOR_DRAWS, seed_for(seed, "prior"))
    step = max(1, posterior.sizes["chain"] * posterior.sizes["draw"] * train["y"].size // MOST_OUTCOMES)
    some = posterior.isel(draw=slice(None, None, step))
    return {
        "posterior_predictive": _outcomes(problem, train, some, seed_for(seed, "posterior outcomes")),
        "prior": prior,
        "prior_predictive": _outcomes(problem, train, prior, seed_for(seed, "prior outcomes")),
    }


def _outcomes(problem: Problem, train: xr.Dataset, posterior: xr.Dataset, seed: int) -> xr.Dataset:
    """Outcomes `y (chain, draw, row)` of the training rows, drawn from their predictions."""
    expected = problem.predict(posterior, train, train)
    drawn = problem.outcomes(expected, train, np.random.default_rng(seed))
    return expected.copy(data=drawn).to_dataset(name="y")
