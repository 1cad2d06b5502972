"""One replicate: a truth drawn from the prior, data drawn from it, a fit, and where the truth ranks among its draws."""

import json
import time
from collections.abc import Iterator, Sequence

import numpy as np
import pytensor
import xarray as xr

from bayesnet.contract import Problem
from bayesnet.diagnostics import optimised
from bayesnet.methods import METHODS
from bayesnet.starts import prior_draws
from data import InputError
from data.seeds import seed_for

DRAWS = 99  # of a posterior that a truth is ranked among, evenly spaced, so that they are nearly independent
ROWS = 5  # test rows whose predictions are ranked, evenly spaced
EACH = 3  # elements that are ranked of each of the problem's quantities, evenly spaced
LIKELIHOOD = "log likelihood"
RULES = {"draws": DRAWS, "rows": ROWS, "each": EACH}  # that determine a replicate beside the settings of its fit


def replicate(problem: Problem, data: xr.Dataset, method: str, config: object, seed: int, number: int) -> xr.Dataset:
    """Draw a truth and data from a problem, fit a method to the data, and rank the truth among the method's draws.

    Were the draws those of the posterior, ranks would be uniform (Talts et al. 2018, arXiv:1804.06788, theorem 1), also
    of quantities that depend on the data, such as the likelihood, which see faults that others do not (Modrák et al.
    2023, arXiv:2211.02383).

    Parameters
    ----------
    problem : Problem
    data : xarray.Dataset
        A data set of the problem, for its rows and their inputs; what was observed of them is drawn anew.
    method : str
        A key of `METHODS` whose draws are those of a posterior: see `refuse_unranked`.
    config : object
        The method's settings.
    seed : int
        The study's.
    number : int
        Of the replicate. All methods get the same truth and the same data.

    Returns
    -------
    xarray.Dataset
        `pit (quantity)`: see `ranked`. Quantities are predictions of some test rows, elements of the problem's
        `quantities`, and the log likelihood of all training rows. `seconds` of the fit, and `converged`: 1 or 0 by the
        method's own diagnosis.

    Raises
    ------
    InputError
        For training rows that a likelihood counts more or less than once, or fewer draws than are to be ranked.
    """
    truth, train, test = drawn(problem, data, seed, number)
    own, known = seed_for(seed, f"replicate {number}"), METHODS[method]
    started = time.perf_counter()
    with pytensor.config.change_flags(numba__fastmath=False):  # as in every fit
        fit = known.fit(problem, train, config, seed_for(own, method))
    seconds = time.perf_counter() - started
    posterior = fit["posterior"].to_dataset()
    true, draws = (tested(problem, some, train, test) for some in (truth, thinned(posterior)))
    found = ranked(true, draws, np.random.default_rng(seed_for(own, "ties")))
    fit["constant_data"], fit["predictions_constant_data"] = xr.DataTree(train.drop_vars("y")), xr.DataTree(test)
    fit["predictions"] = xr.DataTree(problem.predict(posterior, train, test).to_dataset())
    fit.attrs = {"method": method, "problem": json.dumps(problem.settings())}
    return found.to_dataset(name="pit").assign(seconds=seconds, converged=int(known.diagnose(fit)["converged"]))


def refuse_unranked(methods: Sequence[str]) -> None:
    """Refuse methods whose draws are not meant to be those of the posterior of the problem that they are given."""
    for name in methods:
        method = METHODS[name]
        if method.diagnose is optimised or method.made_from or method.baseline:
            raise InputError(
                f"calibration asks for methods that draw from the posterior, got {name} ({method.about}); leave it out"
            )


def drawn(problem: Problem, data: xr.Dataset, seed: int, number: int) -> tuple[xr.Dataset, xr.Dataset, xr.Dataset]:
    """A draw of the prior, `(chain, draw, ...)`, one each, and training and test rows with outcomes drawn from it."""
    own = seed_for(seed, f"replicate {number}")
    train, test = problem.train(data, seed), problem.test(data)
    if "weight" in train and (train["weight"] != 1).any():
        raise InputError(
            "calibration needs training rows that count once, since each has one outcome drawn, got rows of other "
            "weights; leave balancing and repeated rows out"
        )
    truth = prior_draws(problem.model(train), 1, seed_for(own, "truth"))
    rng = np.random.default_rng(seed_for(own, "outcomes"))
    return truth, *(
        rows.assign({name: rows[name].copy(data=_outcomes(problem, truth, train, rows, rng).astype(rows[name].dtype))})
        for rows, name in ((train, "y"), (test, problem.outcome))
    )


def _outcomes(
    problem: Problem, truth: xr.Dataset, train: xr.Dataset, rows: xr.Dataset, rng: np.random.Generator
) -> np.ndarray:
    """Outcomes of rows under a single draw, `(row,)`."""
    return problem.outcomes(problem.predict(truth, train, rows), rows, rng)[0, 0]


def thinned(posterior: xr.Dataset) -> xr.Dataset:
    """`DRAWS` evenly spaced draws of all chains as one chain."""
    number, of_chain = posterior.sizes["chain"] * posterior.sizes["draw"], posterior.sizes["draw"]
    if number < DRAWS:
        raise InputError(f"calibration needs at least {DRAWS} draws of a posterior, got {number}; make more")
    places = np.linspace(0, number - 1, DRAWS).round().astype(int)
    chain, draw = (xr.DataArray(of_all, dims="draw") for of_all in divmod(places, of_chain))
    some = posterior.isel(chain=chain, draw=draw).drop_vars("chain").assign_coords(draw=np.arange(DRAWS))
    return some.expand_dims(chain=[0]).transpose("chain", "draw", ...)


def tested(problem: Problem, draws: xr.Dataset, train: xr.Dataset, test: xr.Dataset) -> xr.DataArray:
    """The quantities that are ranked, of every draw of one chain: `(draw, quantity)`."""
    columns = dict(_quantities(problem, draws, train, test))
    values = np.stack([*columns.values()], axis=-1)  # (draw, quantity)
    return xr.DataArray(values, {"quantity": [*columns]}, ("draw", "quantity"))


def _quantities(
    problem: Problem, draws: xr.Dataset, train: xr.Dataset, test: xr.Dataset
) -> Iterator[tuple[str, np.ndarray]]:
    """Each quantity by its name, `(draw,)`."""
    (rows,) = test[problem.outcome].dims
    some = test.isel({rows: _evenly(test.sizes[rows], ROWS)})
    predicted = problem.predict(draws, train, some).isel(chain=0).transpose("draw", rows)
    yield from zip([f"prediction {label}" for label in some[rows].values], predicted.values.T, strict=True)
    for name, values in problem.quantities(draws, train).data_vars.items():
        one = values.isel(chain=0).transpose("draw", ...)
        places = [*np.ndindex(one.shape[1:])]
        for at in (places[place] for place in _evenly(len(places), EACH)):
            labels = [one[dim].values[place] for dim, place in zip(one.dims[1:], at, strict=True)]
            yield f"{name}[{', '.join(map(_label, labels))}]" if at else name, one.values[:, *at]
    density = problem.log_density(train["y"], problem.predict(draws, train, train), train)
    yield LIKELIHOOD, density.isel(chain=0).transpose("draw", ...).sum(train["y"].dims).values


def _label(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _evenly(number: int, most: int) -> np.ndarray:
    """Places of at most so many of a number of things, evenly spaced, without repetition."""
    return np.unique(np.linspace(0, number - 1, most).round().astype(int))


def ranked(truth: xr.DataArray, draws: xr.DataArray, rng: np.random.Generator) -> xr.DataArray:
    """Where a truth stands among draws, between 0 (below all) and 1: uniform where the truth is one more such draw.

    Parameters
    ----------
    truth : xarray.DataArray
        `(draw, quantity)` of one draw.
    draws : xarray.DataArray
        `(draw, quantity)`. A quantity that has no value (NaN) counts as below all that have one.
    rng : numpy.random.Generator
        Spreads a rank over the share of a draw between its neighbours, and over draws of the same value.

    Returns
    -------
    xarray.DataArray
        `(quantity)`: (draws below + u (draws equal + 1)) / (draws + 1), u uniform between 0 and 1, which makes the
        rank among L draws, one of L + 1 values, a continuous number.
    """
    one, many = (values.fillna(-np.inf).transpose("draw", "quantity").values for values in (truth, draws))
    below, equal = (many < one).sum(axis=0), (many == one).sum(axis=0)
    pit = (below + rng.uniform(size=len(below)) * (equal + 1)) / (len(many) + 1)
    return xr.DataArray(pit, {"quantity": draws["quantity"].values}, ("quantity",))
