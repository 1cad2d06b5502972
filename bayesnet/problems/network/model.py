"""The network: one hidden layer, Gaussian priors, a sigmoid output, as a problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr
from scipy.special import expit

from bayesnet.problems.network.activations import ACTIVATIONS, Activation
from bayesnet.problems.network.classifier import Classifier
from bayesnet.problems.network.draws import draws_of
from bayesnet.problems.network.forward import mean_slopes, path_products
from bayesnet.problems.network.priors import PRIORS
from bayesnet.problems.network.training import BALANCES, INPUTS
from data import InputError


def _bernoulli(y: pt.TensorVariable, logit: pt.TensorVariable, weight: pt.TensorVariable) -> pt.TensorVariable:
    # log p^y (1-p)^(1-y) with p = sigmoid(logit); half the operations of pm.Bernoulli and no overflow
    return weight * (y * logit - pt.softplus(logit))


def _gaussian(y: pt.TensorVariable, logit: pt.TensorVariable, weight: pt.TensorVariable) -> pt.TensorVariable:
    return -0.5 * weight * ((y - pt.sigmoid(logit)) ** 2 + np.log(2 * np.pi))


# name: (log-likelihood of a row, draw of an outcome from its score)
LIKELIHOODS = {
    "bernoulli": (_bernoulli, lambda p, rng: rng.binomial(1, p).astype(np.int8)),
    "gaussian": (_gaussian, lambda p, rng: rng.normal(p, 1.0)),
}


@dataclass(frozen=True)
class Network(Classifier):
    """A network with one hidden layer and a single sigmoid output.

    logit(x) = w1 . act(x w0 + b0) + b1, by default with independent N(0, prior_sd^2) priors on all weights and biases.
    The paper's network is the default, 8-12-1 with ReLU. Its text says Bernoulli; the authors' notebook used
    `gaussian`, Normal(sigmoid(logit), 1).
    """

    hidden: int = 12  # hidden units
    activation: str = "relu"  # one of ACTIVATIONS
    prior_sd: float = 1.0  # of every weight and bias, where the prior does not divide it or learn it
    likelihood: str = "bernoulli"  # one of LIKELIHOODS
    prior: str = "normal"  # one of PRIORS
    balance: str = "none"  # of the classes in training: see `training_set`
    upsample_seed: int | None = None  # of upsampled rows, where it is not to follow from the fit's seed
    inputs: str = "raw"  # one of INPUTS: the catalogue's features, physical combinations of them, or both

    name: ClassVar[str] = "network"
    methods: ClassVar[tuple[str, ...]] = ("mlp", "advi", "nuts")
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Predictions": (
            "scores",
            "confusion",
            "differences",
            "calibration",
            "joint_log_score",
            "elpd",
            "uncertainty",
            "uncertainty_groups",
            "errors",
            "plane",
        ),
        "Agreement": ("agreement", "ceiling"),
        "Importance": ("importance_combinations", "importance_groups", "importance", "partial_dependence"),
        "Weights": ("weight_summary", "weights", "densities", "units", "path_products", "sensitivities"),
        "Data": ("catalogue",),
        "Fits": ("cost", "diagnostics"),
    }

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        if self.hidden < 1:
            raise InputError(f"hidden must be at least 1 unit, got {self.hidden}; use for example 12")
        if not self.prior_sd > 0:
            raise InputError(f"prior_sd must be positive, got {self.prior_sd}; use for example 1.0")
        known = {"activation": ACTIVATIONS, "likelihood": LIKELIHOODS, "prior": PRIORS}
        self._check_choices(known | {"balance": BALANCES, "inputs": INPUTS})

    @property
    def about(self) -> str:
        """The network, its likelihood and its prior, in words."""
        prior = PRIORS[self.prior].about.format(sd=f"{self.prior_sd:g}")
        return (
            f"A network with one hidden layer of {self.hidden} {self.activation} units, a {self.likelihood} likelihood "
            f"and the prior {prior}. Inputs: {INPUTS[self.inputs]}. Class balancing: {self.balance}."
        )

    def model(self, train: xr.Dataset) -> pm.Model:
        """PyMC model of the training rows.

        Parameters
        ----------
        train : xarray.Dataset
            `x (simulation, feature)` standardised, `y (simulation)`, `weight (simulation)`: see `training_set`.

        Returns
        -------
        pymc.Model
            Free variables `w0 (feature, hidden)`, `b0 (hidden)`, `w1 (hidden)`, `b1`, and the sds that the prior learns
            (`half_normal`: `sd_w0`, `sd_b0`, `sd_w1`; `ard`: `sd_w0 (feature)`); data `x`, `weight`; observed `y`.
        """
        coords = {
            "feature": train["feature"].values,
            "hidden": np.arange(self.hidden),
            "simulation": train["simulation"].values,
        }
        log_likelihood, outcome = LIKELIHOODS[self.likelihood]
        with pm.Model(coords=coords) as model:
            x = pm.Data("x", train["x"].values, dims=("simulation", "feature"))
            weight = pm.Data("weight", train["weight"].values, dims="simulation")
            w0, b0, w1, b1 = PRIORS[self.prior].variables(self.prior_sd, {**train.sizes, "hidden": self.hidden})
            logit = ACTIVATIONS[self.activation].symbol(x @ w0 + b0) @ w1 + b1
            pm.CustomDist(
                "y",
                logit,
                weight,
                logp=log_likelihood,
                random=lambda logit, weight, rng, size: outcome(np.broadcast_to(expit(logit), size), rng).astype(float),
                observed=train["y"].values,
                dims="simulation",
            )
        return model

    def as_network(self, posterior: xr.Dataset) -> tuple[xr.Dataset, Activation]:
        """The weights as they are, and the activation of the hidden units."""
        return posterior, ACTIVATIONS[self.activation]

    def outcomes(self, predicted: xr.DataArray, rows: xr.Dataset, rng: np.random.Generator) -> np.ndarray:
        """Classes (with the Gaussian likelihood numbers) drawn from the score of every draw."""
        return LIKELIHOODS[self.likelihood][1](predicted.values, rng)

    def quantities(self, posterior: xr.Dataset, train: xr.Dataset) -> xr.Dataset:
        """What no symmetry of the hidden layer touches.

        Returns
        -------
        xarray.Dataset
            `path_product (chain, draw, feature)` in logits per sd of the input; `slope (chain, draw, feature)` of the
            score, averaged over the training rows, per sd of the input.
        """
        draws, x = draws_of(posterior), train["x"].transpose("simulation", "feature").values
        found = {
            "path_product": (path_products(draws), "logit/sd"),
            "slope": (mean_slopes(draws, x, ACTIVATIONS[self.activation]), "1/sd"),
        }
        shape = (posterior.sizes["chain"], posterior.sizes["draw"], -1)
        return xr.Dataset(
            {
                name: (("chain", "draw", "feature"), values.reshape(shape), {"units": unit})
                for name, (values, unit) in found.items()
            },
            coords={name: posterior[name].values for name in ("chain", "draw", "feature")},
        )
