"""Fits made by hand, and the symmetries of a hidden layer applied to them draw by draw."""

import json
from collections.abc import Sequence

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from bayesnet.problems.network.draws import DIMS
from bayesnet.problems.network.model import Network
from data import make_catalogue

FEATURES = ["height", "sxy", "mu_d"]
UNITS = ["km", "MPa", "1"]
FLIP_SHIFT = {"tanh": 0.0, "sigmoid": 1.0}
RESCALED = ("relu", "leaky_relu")
HIDDEN = 4  # of three_fits
HIGH = 5  # where the higher mode of `two_modes` is


def make_fit(weights: dict[str, np.ndarray], network: Network, *, rows: int = 12, seed: int = 0) -> xr.DataTree:
    """A fit with the given weights, each `(chain, draw, ...)`, of random training and test rows."""
    rng = np.random.default_rng([seed, 77])
    mean, sd = np.array([0.1, 60.0, 0.5]), np.array([0.05, 20.0, 0.1])
    features = mean + sd * rng.normal(size=(rows, 3))
    chains, draws, hidden = weights["b0"].shape
    simulation = np.arange(100, 100 + rows)
    inputs = {"feature": FEATURES}
    posterior = xr.Dataset(
        {name: (("chain", "draw", *DIMS[name]), np.asarray(weights[name])) for name in DIMS},
        inputs | {"chain": np.arange(chains), "draw": np.arange(draws), "hidden": np.arange(hidden)},
    )
    constant = xr.Dataset(
        {
            "x": (("simulation", "feature"), rng.normal(size=(rows, 3))),
            "weight": ("simulation", np.ones(rows)),
            "feature_mean": ("feature", mean),
            "feature_sd": ("feature", sd),
        },
        inputs | {"simulation": np.arange(rows)},
    )
    test = xr.Dataset(
        {"features": (("simulation", "feature"), features), "label": ("simulation", np.arange(rows) % 2)},
        inputs | {"simulation": simulation, "units": ("feature", UNITS)},
    )
    groups = {"posterior": posterior, "constant_data": constant, "predictions_constant_data": test}
    groups["observed_data"] = xr.Dataset({"y": ("simulation", np.arange(rows) % 2.0)}, {"simulation": np.arange(rows)})
    tree = xr.DataTree.from_dict(groups)
    tree.attrs = {"method": "hand", "problem": json.dumps(network.settings())}
    return tree


def one_draw(weights: dict[str, np.ndarray], features: np.ndarray) -> xr.Dataset:
    """A posterior of one chain and one draw of the given weights."""
    variables = {name: (("chain", "draw", *DIMS[name]), np.asarray(weights[name])[None, None]) for name in DIMS}
    return xr.Dataset(variables, {"chain": [0], "draw": [0], "feature": features})


def catalogue_of(features: np.ndarray, label: np.ndarray, names: Sequence[str] = ("a", "b", "c")) -> xr.Dataset:
    """A catalogue whose first half of rows is for training."""
    half = len(label) // 2
    return make_catalogue(
        name="toy",
        features=features,
        label=label,
        split=np.array(["train"] * half + ["test"] * (len(label) - half)),
        feature_names=list(names),
        units=["1"] * len(names),
    )


def random_weights(rng: np.random.Generator, chains: int, draws: int, hidden: int) -> dict[str, np.ndarray]:
    """Weights from N(0, 1)."""
    shapes = {"w0": (3, hidden), "b0": (hidden,), "w1": (hidden,), "b1": ()}
    return {name: rng.normal(size=(chains, draws, *shape)) for name, shape in shapes.items()}


def some_fit(activation: str, *, seed: int = 0, chains: int = 2, draws: int = 3, hidden: int = 4) -> xr.DataTree:
    """A fit of weights from N(0, 1)."""
    weights = random_weights(np.random.default_rng(seed), chains, draws, hidden)
    return make_fit(weights, Network(hidden=hidden, activation=activation))


def one_active_unit() -> xr.DataTree:
    """Two draws of a network whose only unit is active everywhere, so that its logit is linear: w1 (x w0 + b0) + b1."""
    weights = {
        "w0": np.array([1.0, 0.0, -0.5])[None, None, :, None] * np.ones((1, 2, 1, 1)),
        "b0": np.full((1, 2, 1), 50.0),
        "w1": np.array([[[2.0], [4.0]]]),
        "b1": np.array([[-100.0, -200.0]]),
    }
    return make_fit(weights, Network(hidden=1))


def scattered_weights(
    rng: np.random.Generator, chains: int, draws: int, hidden: int, noise: float
) -> dict[str, np.ndarray]:
    """Weights that scatter about one set of well separated, balanced units."""
    centre = random_weights(rng, 1, 1, hidden)
    size = 1.0 + np.arange(hidden)
    norm = np.sqrt((centre["w0"] ** 2).sum(axis=2) + centre["b0"] ** 2)
    centre["w0"], centre["b0"] = centre["w0"] * (size / norm)[:, :, None], centre["b0"] * size / norm
    centre["w1"] = np.sign(centre["w1"]) * size
    return {name: part + noise * rng.normal(size=(chains, draws, *part.shape[2:])) for name, part in centre.items()}


def weights_of(fit: xr.DataTree) -> dict[str, np.ndarray]:
    """The weights as `make_fit` takes them."""
    return {name: fit["posterior"][name].values.copy() for name in DIMS}


def with_posterior(fit: xr.DataTree, posterior: xr.Dataset) -> xr.DataTree:
    """The same fit with other weights."""
    tree = fit.copy()
    tree["posterior"] = xr.DataTree(posterior[list(DIMS)])
    return tree


def disguised(
    weights: dict[str, np.ndarray], rng: np.random.Generator, activation: str, *, rescale: bool = True
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The same functions with each draw's units reordered, flipped and rescaled at random; and the new orders."""
    out = {name: part.copy() for name, part in weights.items()}
    hidden = weights["b0"].shape[2]
    orders = np.empty(weights["b0"].shape, dtype=int)
    for at in np.ndindex(*weights["b1"].shape):
        orders[at] = order = rng.permutation(hidden)
        w0, b0, w1, b1 = (weights[name][at] for name in ("w0", "b0", "w1", "b1"))
        w0, b0, w1 = w0[:, order], b0[order], w1[order]
        if activation in FLIP_SHIFT:
            flipped = rng.random(hidden) < 0.5
            b1 = b1 + FLIP_SHIFT[activation] * w1[flipped].sum()
            sign = np.where(flipped, -1, 1)
            w0, b0, w1 = w0 * sign, b0 * sign, w1 * sign
        if activation in RESCALED and rescale:
            scale = np.exp(rng.normal(size=hidden))
            w0, b0, w1 = w0 * scale, b0 * scale, w1 / scale
        for name, part in (("w0", w0), ("b0", b0), ("w1", w1), ("b1", b1)):
            out[name][at] = part
    return out, orders


def logits(fit: xr.DataTree) -> np.ndarray:
    """Logit of every draw at the test rows, `(chain, draw, simulation)`."""
    groups = ("posterior", "constant_data", "predictions_constant_data")
    return Network.of(fit).logit(*(fit[group].to_dataset() for group in groups)).values


def three_fits(
    activation: str = "relu", *, prior: str = "normal", seed: int = 0, noise: float = 0.1, draws: int = 60
) -> tuple[dict[str, xr.DataTree], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """A reference whose chains are disguised, a narrower method in one order, and a point estimate; the truth."""
    rng = np.random.default_rng(seed)
    network = Network(hidden=HIDDEN, activation=activation, prior=prior)
    truth = scattered_weights(rng, 4, draws, HIDDEN, noise)
    centre = {name: part.mean(axis=(0, 1), keepdims=True) for name, part in truth.items()}
    narrow = {name: part + noise / 2 * rng.normal(size=(1, draws, *part.shape[2:])) for name, part in centre.items()}
    made = {
        "mlp": make_fit(disguised(centre, rng, activation, rescale=False)[0], network),
        "advi": make_fit(narrow, network),
        "nuts": make_fit(disguised(truth, rng, activation, rescale=False)[0], network),
    }
    return made, truth, centre


def two_modes() -> pm.Model:
    """A density of one variable that has two narrow modes, 8 nats of different height and apart by 100 sds."""
    with pm.Model() as model:
        x = pm.Normal("x", 0, 6)
        low, high = (-0.5 * ((x - place) / 0.1) ** 2 for place in (-HIGH, HIGH))
        pm.Potential("modes", pt.logaddexp(low - 8, high))
        pm.Normal("y", 0 * x, 1.0, observed=np.zeros(2))
    return model
