"""The problem `tomography_network`: slowness by a network, or the logarithm of slowness by a Gaussian process."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr
from scipy.optimize import minimize

from bayesnet.problems.tomography.profile import Profile
from data import InputError
from data.travel_times import (
    CELLS,
    SLOWNESS_SD,
    cell_depths,
    covariance_modes,
    mean_slowness,
    paths,
    slowness_covariance,
)

PRIORS = ("log_gp", "bnn", "bnn_fitted")
LOG_SD = 0.1  # of the logarithm of slowness: 0.03 s/km where it is 0.3 s/km
DRAWS = 1000  # of the prior of a network, that its functions are compared by
EVERY = 4  # cells of which one is compared
EVALUATIONS = 150  # of the distance between priors, at most
STEPS = ((3.0, 3.0, 2.0), (1.0, 1.0, 1.0))  # scales that the search starts from: as the larger, the rougher


@dataclass(frozen=True)
class NonlinearTomography(Profile):
    """Slowness that is no linear function of what is unknown.

    `log_gp`: the logarithm of slowness is a Gaussian process about that of the mean. `bnn`: slowness is its mean plus a
    network of depth, with two hidden layers of tanh units and N(0, 1) weights. `bnn_fitted`: the same, but the sds of
    the weights are such that its functions are most like those of the Gaussian process: see `fitted_scales`. In both
    the last layer is scaled so that functions have the sd of the Gaussian process on average.
    """

    prior: str = "bnn"  # one of PRIORS
    hidden: int = 10  # units of each layer

    name: ClassVar[str] = "tomography_network"
    methods: ClassVar[tuple[str, ...]] = ("map", "advi", "nuts", "svgd", "svgd_function")

    def __post_init__(self) -> None:
        """Refuse what no prior can be made of."""
        if self.prior not in PRIORS:
            raise InputError(f"prior must be one of {', '.join(PRIORS)}, got {self.prior!r}; choose one of them")
        if self.hidden < 1:
            raise InputError(f"hidden must be at least 1, got {self.hidden}; use for example 10")

    @property
    def about(self) -> str:
        """The prior in words."""
        words = {
            "log_gp": f"The logarithm of slowness is a Gaussian process with the sd {LOG_SD:g}.",
            "bnn": f"Slowness by a tanh network of depth, two layers of {self.hidden} units, with N(0, 1) weights.",
            "bnn_fitted": (
                f"Slowness by a tanh network of depth, two layers of {self.hidden} units; the sds of its weights make "
                "its functions as like those of a Gaussian process as they can be."
            ),
        }
        return words[self.prior]

    def scales(self) -> np.ndarray:
        """Sds of the weights of the network and of its output: see `fitted_scales`."""
        return np.array(fitted_scales(self.hidden) if self.prior == "bnn_fitted" else plain_scales(self.hidden))

    def model(self, train: xr.Dataset) -> pm.Model:
        """PyMC model: free variables N(0, 1); `slowness (cell)`; observed `y (observation)`."""
        modes = covariance_modes(slowness_covariance(cell_depths(), LOG_SD))
        coords = {"cell": np.arange(CELLS), "observation": train["observation"].values}
        coords |= {name: np.arange(self.hidden) for name in ("hidden", "hidden_")} | {"mode": np.arange(modes.shape[1])}
        with pm.Model(coords=coords) as model:
            if self.prior == "log_gp":
                z = pm.Normal("z", 0.0, 1.0, dims="mode")
                value = mean_slowness(cell_depths()) * pt.exp(z @ modes.T)
            else:
                weights = {name: pm.Normal(name, 0.0, 1.0, dims=dims) for name, dims in LAYERS.items()}
                value = mean_slowness(cell_depths()) + network(weights, self.scales(), pt)
            slowness = pm.Deterministic("slowness", value, dims="cell")
            arrival = slowness @ paths(train["depth"].values).T
            pm.Normal("y", arrival, train["sd"].values, observed=train["y"].values, dims="observation")
        return model

    def slowness(self, posterior: xr.Dataset, train: xr.Dataset) -> np.ndarray:
        """Slowness of every draw, `(chain, draw, cell)`."""
        return posterior["slowness"].transpose("chain", "draw", "cell").values


LAYERS = {"w0": "hidden", "b0": "hidden", "w1": ("hidden", "hidden_"), "b1": "hidden_", "w2": "hidden_"}


def network(weights: dict, scales: np.ndarray, xp) -> object:
    """Output of the network in each cell, in s/km, from N(0, 1) weights in numpy or PyTensor.

    Scales are those of the first weights, of the first offsets, of the second layer, and of the output.
    """
    depth = cell_depths()
    x = (depth - depth.mean()) / depth.std()
    first = xp.tanh(scales[0] * x[:, None] * weights["w0"][..., None, :] + scales[1] * weights["b0"][..., None, :])
    second = xp.tanh(scales[2] * (first @ weights["w1"] + weights["b1"][..., None, :]))
    return scales[3] * (second @ weights["w2"][..., None])[..., 0]


@cache
def plain_scales(hidden: int) -> tuple[float, ...]:
    """Scales of N(0, 1) weights, and the output that gives functions the sd of the Gaussian process on average."""
    return _with_output(np.ones(3), _prior_weights(hidden))[0]


@cache
def fitted_scales(hidden: int) -> tuple[float, ...]:
    """Scales that make the functions of the prior most like those of the Gaussian process.

    The distance is the Wasserstein-2 distance between Gaussians of the covariances of both: Tran et al. (2022), JMLR
    23(74), minimise a Wasserstein-1 distance by gradients of a dual network.
    """
    weights = _prior_weights(hidden)
    kernel = slowness_covariance(cell_depths()[::EVERY])
    root = covariance_modes(kernel)

    def distance(log_scales: np.ndarray) -> float:
        own = _with_output(np.exp(log_scales), weights)[1]
        cross = np.linalg.eigvalsh(root.T @ own @ root)
        return (np.trace(own) + np.trace(kernel) - 2 * np.sqrt(np.maximum(cross, 0)).sum()) / np.trace(kernel)

    limits = {"maxfev": EVALUATIONS, "xatol": 0.02, "fatol": 1e-3}
    runs = [minimize(distance, np.log(start), method="Nelder-Mead", options=limits) for start in STEPS]
    return _with_output(np.exp(min(runs, key=lambda run: run.fun).x), weights)[0]


def _prior_weights(hidden: int) -> dict[str, np.ndarray]:
    """N(0, 1) draws of the weights, the same for every scale that is compared."""
    rng, sizes = np.random.default_rng(0), {"hidden": hidden, "hidden_": hidden}
    shapes = {name: (dims,) if isinstance(dims, str) else dims for name, dims in LAYERS.items()}
    return {name: rng.normal(size=(DRAWS, *(sizes[dim] for dim in dims))) for name, dims in shapes.items()}


def _with_output(scales: np.ndarray, weights: dict[str, np.ndarray]) -> tuple[tuple[float, ...], np.ndarray]:
    """Scales with that of the output, and the covariance of the functions `(place, place)`."""
    values = network(weights, np.append(scales, 1.0), np)[:, ::EVERY]
    covariance = values.T @ values / len(values)
    output = SLOWNESS_SD * np.sqrt(len(covariance) / np.trace(covariance))
    return (*map(float, scales), float(output)), output**2 * covariance
