"""What a gradient of the log density costs, beside the first matrix product of the network; and ADVI beside it."""

import time
from collections.abc import Callable

import numpy as np
import pytensor
import xarray as xr
from pymc import ADVI

from bayesnet.hamiltonian import LogDensity, leapfrog
from bayesnet.metric import round_metric
from bayesnet.problems.network import Network
from bayesnet.speed.network import catalogue_and_rows, plain_model
from bayesnet.speed.timing import in_turns, one_thread
from bayesnet.variational import Ascent

FIRST = 100  # iterations of ADVI that are not timed: compilation and its like


def measure(hidden: int, evaluations: int, repeats: int, iterations: int) -> xr.Dataset:
    """Time gradients, the product that none can do without, and iterations of ADVI.

    Parameters
    ----------
    hidden : int
        Hidden units of the network.
    evaluations : int
        Gradients, and products, of each timing.
    repeats : int
        Timings of each, taken in turns.
    iterations : int
        Of PyMC's ADVI, all in one run.

    Returns
    -------
    xarray.Dataset
        Microseconds of each by `what`: `double` and `single` (the network's gradient), `plain` (PyTensor's own),
        `product` (inputs times the weights of the hidden layer, in double precision), `advi` (an iteration of the
        method `advi`): `all (what, repeat)` and their median `microseconds (what)`; `pymc_advi`: of an iteration of
        PyMC's own mean-field ADVI on the same model.
    """
    network = Network(hidden=hidden)
    _, train, _ = catalogue_and_rows(network)
    with pytensor.config.change_flags(numba__fastmath=False):  # as in every fit
        models = {"double": network.model(train), "single": network.rough_model(train)}
        densities = {name: LogDensity(model) for name, model in models.items()}
        densities["plain"] = LogDensity(plain_model(network, train))
        calls = {name: _gradients(density, evaluations) for name, density in densities.items()}
        calls |= {"advi": _ascent(densities["double"], evaluations), "product": _products(train, hidden, evaluations)}
        with one_thread():
            taken = in_turns(calls, repeats)
            advi = _iteration(network, train, iterations)
    times = xr.DataArray(
        1e6 / evaluations * np.array(list(taken.values())), {"what": list(taken)}, ("what", "repeat"), name="all"
    )
    return xr.Dataset({"all": times, "microseconds": times.median("repeat"), "pymc_advi": 1e6 * advi})


def _gradients(density: LogDensity, evaluations: int) -> Callable[[], object]:
    """Leapfrog steps of no length: gradients one after the other, as samplers ask for them."""
    position, metric = density.start(np.random.default_rng(0)), round_metric(density.size)
    velocity, gradient, turn = np.zeros(density.size), density(position)[1], metric.stretch(metric.variances)
    return lambda: leapfrog(*density.place, position, velocity, gradient, metric.scale, *turn, 0.0, evaluations)


def _ascent(density: LogDensity, iterations: int) -> Callable[[], object]:
    """Iterations of the method `advi`, which hardly move."""
    rng = np.random.default_rng(0)
    ascent = Ascent(density, density.start(rng), np.ones(density.size), False, rng)
    return lambda: ascent.go_on(np.full(iterations, 1e-9))


def _products(train: xr.Dataset, hidden: int, evaluations: int) -> Callable[[], object]:
    """Products of all inputs with the weights of the hidden layer, into the same place."""
    x = np.ascontiguousarray(train["x"].values)
    weights, out = np.ones((x.shape[1], hidden)), np.empty((len(x), hidden))
    return lambda: [np.matmul(x, weights, out=out) for _ in range(evaluations)]


def _iteration(network: Network, train: xr.Dataset, iterations: int) -> float:
    """Seconds of an iteration of ADVI as PyMC runs it by default, but compiled by numba."""
    stamps = {}

    def stamp(_approximation: object, _losses: object, iteration: int) -> None:
        stamps[iteration] = time.perf_counter()

    with network.model(train):
        ADVI(random_seed=0).fit(FIRST + iterations, callbacks=[stamp], backend="numba", progressbar=False)
    first, *_, last = sorted(stamps)
    first = max(first, FIRST)
    return (stamps[last] - stamps[first]) / (last - first)
