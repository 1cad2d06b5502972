"""How time and memory grow with the number of rows and of hidden units, on made-up rows."""

import tracemalloc
from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr

from bayesnet.parts.importance import permutation_importance
from bayesnet.problems.network import Network
from bayesnet.problems.network.kernel import make_kernel
from bayesnet.speed.network import prior_fit
from bayesnet.speed.timing import in_turns, one_thread
from data import make_catalogue

FEATURES = 8
REPEATS = 3  # timings
TIMED = 20_000  # rows that a timing of gradients passes over at least
TRAIN = 400  # training rows of a network that predicts
GIB = 2**30  # bytes


def measure(rows: Sequence[int], units: Sequence[int], tested: Sequence[int], draws: int, seed: int) -> xr.Dataset:
    """Time gradients for more and more rows and units, predictions and importance for more and more test rows.

    Parameters
    ----------
    rows : sequence of int
        Numbers of training rows of a gradient.
    units : sequence of int
        Numbers of hidden units, with the smallest number of rows.
    tested : sequence of int
        Numbers of test rows, of predictions and importance.
    draws : int
        Draws that predict and whose importance is computed, with one shuffle of each input.
    seed : int
        Of all that is made up.

    Returns
    -------
    xarray.Dataset
        `double`, `single` (s of a gradient) over `rows`; the same as `unit_double`, `unit_single` over `units`;
        `prediction`, `importance` (s), `prediction_memory`, `importance_memory` (GiB: the most that was allocated at a
        time, the result included) over `tested`; of each the `<name>_exponent`: the power of these numbers that a
        straight line through logarithms has.
    """
    hidden, rng = Network().hidden, np.random.default_rng(seed)
    with one_thread():
        found = {
            "rows": [_gradients(number, hidden, rng) for number in rows],
            "units": [
                {f"unit_{name}": value for name, value in _gradients(min(rows), number, rng).items()}
                for number in units
            ],
            "tested": [_comparison(number, hidden, draws, seed) for number in tested],
        }
    sizes = {"rows": list(rows), "units": list(units), "tested": list(tested)}
    grown = xr.Dataset(
        {name: (dim, [one[name] for one in values]) for dim, values in found.items() for name in values[0]}, sizes
    )
    return grown.merge({f"{name}_exponent": exponent(values) for name, values in grown.data_vars.items()})


def exponent(values: xr.DataArray) -> float:
    """Slope of a straight line through the logarithms of values and of their only dimension."""
    (dim,) = values.dims
    return float(np.polyfit(np.log(values[dim].values), np.log(values.values), 1)[0])


def _gradients(n_rows: int, hidden: int, rng: np.random.Generator) -> dict[str, float]:
    """Seconds of a gradient of the log-likelihood of all rows, by precision."""
    again = -(-TIMED // n_rows)
    calls = {
        name: _repeated(make_kernel("relu", "bernoulli", real), _arguments(n_rows, hidden, real, rng), again)
        for name, real in {"double": np.float64, "single": np.float32}.items()
    }
    return {name: float(np.median(taken)) / again for name, taken in in_turns(calls, REPEATS).items()}


def _arguments(n_rows: int, hidden: int, real: type, rng: np.random.Generator) -> list:
    """Weights, inputs, outcomes and row weights: see `make_kernel`."""
    weights = [rng.normal(size=shape) for shape in ((FEATURES, hidden), (hidden,), (hidden,))]
    data = [rng.normal(size=(FEATURES, n_rows)), rng.integers(0, 2, n_rows), np.ones(n_rows)]
    w0, b0, w1, x, y, weight = (np.ascontiguousarray(one, dtype=real) for one in (*weights, *data))
    return [w0, b0, w1, real(0.1), x, y, weight]


def _repeated(compute: Callable, arguments: list, again: int) -> Callable[[], object]:
    return lambda: [compute(*arguments) for _ in range(again)]


def _comparison(n_rows: int, hidden: int, draws: int, seed: int) -> dict[str, float]:
    """Seconds and peak memory of predictions and importance of as many test rows."""
    network, rng = Network(hidden=hidden), np.random.default_rng(seed)
    total = TRAIN + n_rows
    catalogue = make_catalogue(
        name="made up",
        features=rng.normal(size=(total, FEATURES)),
        label=rng.integers(0, 2, total),
        split=np.repeat(["train", "test"], [TRAIN, n_rows]),
        feature_names=[f"x{i}" for i in range(FEATURES)],
        units=["1"] * FEATURES,
    )
    train, test = network.train(catalogue, seed), network.test(catalogue)
    fit = prior_fit(network, train, draws, seed)
    calls = {
        "prediction": lambda: network.predict(fit["posterior"].to_dataset(), train, test),
        "importance": lambda: permutation_importance(
            fit, catalogue, metric="log_score", repeats=1, seed=seed, tested=None
        ),
    }
    found = {name: float(np.median(taken)) for name, taken in in_turns(calls, 1).items()}
    return found | {f"{name}_memory": _peak(call) / GIB for name, call in calls.items()}


def _peak(call: Callable[[], object]) -> float:
    """The most memory that a call holds at a time, in bytes, of what numpy and Python allocate."""
    tracemalloc.start()
    try:
        call()
        return float(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
