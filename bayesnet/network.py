"""The network: one hidden layer, Gaussian priors, as a PyMC model and as a forward pass over stored draws."""

from dataclasses import dataclass

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr
from scipy.special import expit

from bayesnet.draws import blocks, draws_of
from bayesnet.priors import PRIORS
from data import InputError

LEAK = 0.01  # slope of leaky_relu below zero

# name: (symbolic, numpy)
ACTIVATIONS = {
    "relu": (lambda a: pt.maximum(a, 0.0), lambda a: np.maximum(a, 0.0)),
    "tanh": (pt.tanh, np.tanh),
    "sigmoid": (pt.sigmoid, expit),
    "leaky_relu": (lambda a: pt.maximum(a, LEAK * a), lambda a: np.maximum(a, LEAK * a)),
    "softplus": (pt.softplus, lambda a: np.logaddexp(a, 0.0)),
}


def _bernoulli(y: pt.TensorVariable, logit: pt.TensorVariable, weight: pt.TensorVariable) -> pt.TensorVariable:
    # log p^y (1-p)^(1-y) with p = sigmoid(logit); half the operations of pm.Bernoulli and no overflow
    return weight * (y * logit - pt.softplus(logit))


def _gaussian(y: pt.TensorVariable, logit: pt.TensorVariable, weight: pt.TensorVariable) -> pt.TensorVariable:
    return -0.5 * weight * ((y - pt.sigmoid(logit)) ** 2 + np.log(2 * np.pi))


# name: (log-likelihood of a row, draw of an outcome)
LIKELIHOODS = {
    "bernoulli": (_bernoulli, lambda logit, weight, rng, size: rng.binomial(1, expit(logit), size).astype(float)),
    "gaussian": (_gaussian, lambda logit, weight, rng, size: rng.normal(expit(logit), 1.0, size)),
}

BLOCK = 2**22  # hidden activations held at a time in a forward pass, 32 MiB


@dataclass(frozen=True)
class Network:
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

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        if self.hidden < 1:
            raise InputError(f"hidden must be at least 1 unit, got {self.hidden}; use for example 12")
        if not self.prior_sd > 0:
            raise InputError(f"prior_sd must be positive, got {self.prior_sd}; use for example 1.0")
        for field, known in (("activation", ACTIVATIONS), ("likelihood", LIKELIHOODS), ("prior", PRIORS)):
            if getattr(self, field) not in known:
                raise InputError(
                    f"{field} must be one of {', '.join(known)}, got {getattr(self, field)!r}; choose one of them"
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
        activation = ACTIVATIONS[self.activation][0]
        log_likelihood, outcome = LIKELIHOODS[self.likelihood]
        with pm.Model(coords=coords) as model:
            x = pm.Data("x", train["x"].values, dims=("simulation", "feature"))
            weight = pm.Data("weight", train["weight"].values, dims="simulation")
            w0, b0, w1, b1 = PRIORS[self.prior].variables(self.prior_sd, {**train.sizes, "hidden": self.hidden})
            logit = activation(x @ w0 + b0) @ w1 + b1
            pm.CustomDist(
                "y", logit, weight, logp=log_likelihood, random=outcome, observed=train["y"].values, dims="simulation"
            )
        return model

    def logit(self, posterior: xr.Dataset, x: xr.DataArray) -> xr.DataArray:
        """Logit of the score of every draw at every row, in numpy.

        Parameters
        ----------
        posterior : xarray.Dataset
            `w0 (chain, draw, feature, hidden)`, `b0`, `w1 (chain, draw, hidden)`, `b1 (chain, draw)`.
        x : xarray.DataArray
            Standardised inputs `(simulation, feature)`.

        Returns
        -------
        xarray.DataArray
            `(chain, draw, simulation)`.
        """
        draws = draws_of(posterior)
        inputs = x.transpose("simulation", "feature").values
        activation = ACTIVATIONS[self.activation][1]
        out = np.empty((len(draws.b1), len(inputs)))
        for some in blocks(len(out), BLOCK // (len(inputs) * self.hidden)):
            part = draws[some]
            hidden = activation(inputs @ part.w0 + part.b0[:, None, :])  # (block, simulation, hidden)
            out[some] = (hidden @ part.w1[:, :, None])[..., 0] + part.b1[:, None]
        shape = (posterior.sizes["chain"], posterior.sizes["draw"], len(inputs))
        coords = {name: posterior[name].values for name in ("chain", "draw")} | {"simulation": x["simulation"].values}
        return xr.DataArray(out.reshape(shape), coords=coords, dims=("chain", "draw", "simulation"), name="logit")
