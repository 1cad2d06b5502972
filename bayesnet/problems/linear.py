"""Logistic regression as a problem: what a network must beat to be worth its hidden layer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pymc as pm
import xarray as xr
from scipy.special import expit

from bayesnet.problems.network.activations import Activation
from bayesnet.problems.network.classifier import Classifier
from bayesnet.problems.network.likelihoods import LIKELIHOODS
from bayesnet.problems.network.training import BALANCES, INPUTS
from data import InputError

IDENTITY = Activation(lambda a: a, lambda a: a, np.ones_like)
BERNOULLI = LIKELIHOODS["bernoulli"]
LINEAR_INPUTS = {"none": "none"} | INPUTS


@dataclass(frozen=True)
class Linear(Classifier):
    """Bayesian logistic regression: logit(x) = intercept + x . slope, with N(0, prior_sd^2) priors on all of them.

    Inputs have unit sd. The prior is to be no constraint: on `rupture2d` no mean of a slope is above 10, and a prior
    ten times as wide changes the log score of the test rows by less than 0.001 nats. It only keeps the posterior
    proper where the classes can be separated.
    """

    inputs: str = "raw"  # "none" or one of INPUTS
    prior_sd: float = 100.0  # of the intercept and of every slope
    balance: str = "none"  # of the classes in training: see `training_set`
    upsample_seed: int | None = None  # of upsampled rows, where it is not to follow from the fit's seed

    name: ClassVar[str] = "linear"
    methods: ClassVar[tuple[str, ...]] = ("advi", "nuts")
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Predictions": (
            "scores",
            "confusion",
            "differences",
            "calibration",
            "joint_log_score",
            "elpd",
            "stacking",
            "uncertainty",
            "uncertainty_groups",
            "errors",
        ),
        "Agreement": ("agreement", "ceiling", "samplers"),
        "Importance": ("importance_combinations", "importance_groups", "importance"),
        "Data": ("catalogue",),
        "Fits": ("cost", "diagnostics"),
    }

    def __post_init__(self) -> None:
        """Refuse what no regression can be built from."""
        if not self.prior_sd > 0:
            raise InputError(f"prior_sd must be positive, got {self.prior_sd}; use for example 100")
        self._check_choices({"balance": BALANCES, "inputs": LINEAR_INPUTS})

    @property
    def about(self) -> str:
        """The regression and its inputs, in words."""
        return (
            f"A logistic regression with the prior N(0, {self.prior_sd:g}²) on every coefficient of standardised "
            f"inputs. Inputs: {LINEAR_INPUTS[self.inputs]}. Class balancing: {self.balance}."
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
            Free variables `intercept`, `slope (feature)`; data `x`, `weight`; observed `y`.
        """
        coords = {name: train[name].values for name in ("feature", "simulation")}
        with pm.Model(coords=coords) as model:
            x = pm.Data("x", train["x"].values, dims=("simulation", "feature"))
            weight = pm.Data("weight", train["weight"].values, dims="simulation")
            intercept = pm.Normal("intercept", 0.0, self.prior_sd)
            slope = pm.Normal("slope", 0.0, self.prior_sd, dims="feature")
            pm.CustomDist(
                "y",
                x @ slope + intercept,
                weight,
                logp=lambda y, logit, weight: weight * BERNOULLI.symbol(y, logit),
                random=lambda logit, weight, rng, size: BERNOULLI.draw(expit(np.broadcast_to(logit, size)), rng) * 1.0,
                observed=train["y"].values,
                dims="simulation",
            )
        return model

    def as_network(self, posterior: xr.Dataset) -> tuple[xr.Dataset, Activation]:
        """The coefficients as a hidden layer of one unit that passes on what it gets."""
        one = xr.ones_like(posterior["intercept"]).expand_dims(hidden=[0], axis=-1)  # (chain, draw, hidden)
        w0 = posterior["slope"].expand_dims(hidden=[0], axis=-1)  # (chain, draw, feature, hidden)
        return xr.Dataset({"w0": w0, "b0": 0 * one, "w1": one, "b1": posterior["intercept"]}), IDENTITY

    def quantities(self, posterior: xr.Dataset, train: xr.Dataset) -> xr.Dataset:
        """The coefficients, in logits per sd of the input."""
        units = {"intercept": "logit", "slope": "logit/sd"}
        return xr.Dataset({name: posterior[name].assign_attrs(units=unit) for name, unit in units.items()})
