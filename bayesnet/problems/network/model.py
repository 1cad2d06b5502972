"""The network: one hidden layer, Gaussian priors, a sigmoid output, as a problem."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pymc as pm
import xarray as xr
from pytensor import shared
from pytensor.compile.sharedvalue import SharedVariable
from scipy.special import expit

from bayesnet.problems.network.activations import ACTIVATIONS, Activation
from bayesnet.problems.network.classifier import Classifier
from bayesnet.problems.network.draws import Draws, draws_of
from bayesnet.problems.network.forward import hidden_inputs, mean_slopes, output, path_products
from bayesnet.problems.network.fused import RowLikelihood
from bayesnet.problems.network.likelihoods import LIKELIHOODS
from bayesnet.problems.network.priors import PRIORS
from bayesnet.problems.network.training import BALANCES, INPUTS
from data import InputError


def single_precision(name: str, values: np.ndarray) -> SharedVariable:
    """Values as a shared variable in single precision, which `pm.Data` would turn into double."""
    return shared(values.astype(np.float32), name)


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
    methods: ClassVar[tuple[str, ...]] = ("mlp", "advi", "hmc")
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Physics and importance": (
            "alone",
            "doubt",
            "paper",
            "inputs",
            "plane",
            "importance_combinations",
            "importance_groups",
            "importance",
            "partial_dependence",
            "sensitivities",
            "path_products",
        ),
        "Predictions": (
            "scores",
            "differences",
            "confusion",
            "calibration",
            "uncertainty",
            "uncertainty_groups",
            "errors",
            "joint_log_score",
            "elpd",
            "stacking",
        ),
        "Agreement": ("agreement", "ceiling", "samplers"),
        "Data": ("catalogue",),
        "Fits": ("cost", "diagnostics"),
        "Weights": ("weight_summary", "weights", "densities", "units"),
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
            (`half_normal`: `sd_w0`, `sd_b0`, `sd_w1`; `ard`: `sd_w0 (feature)`); data `x (feature,
            simulation)`, `weight`, `outcome`; observed `y`.
        """
        return self._model(train, pm.Data)

    def rough_model(self, train: xr.Dataset) -> pm.Model:
        """The model with the likelihood of its rows in single precision."""
        return self._model(train, single_precision)

    def _model(self, train: xr.Dataset, data: Callable) -> pm.Model:
        """The model, its inputs held by `pm.Data` or by `single_precision`."""
        coords = {
            "feature": train["feature"].values,
            "hidden": np.arange(self.hidden),
            "simulation": train["simulation"].values,
        }
        rows = RowLikelihood(activation=self.activation, likelihood=self.likelihood, single=data is single_precision)
        with pm.Model(coords=coords) as model:
            # data are shared variables, of which a compiled function is independent, unlike of constants
            x = data("x", np.ascontiguousarray(train["x"].transpose("feature", "simulation").values))
            weight = pm.Data("weight", train["weight"].values.astype(float))
            y = pm.Data("outcome", train["y"].values.astype(float))
            w0, b0, w1, b1 = PRIORS[self.prior].variables(self.prior_sd, {**train.sizes, "hidden": self.hidden})
            pm.CustomDist(
                "y",
                w0,
                b0,
                w1,
                b1,
                x.T,
                weight,
                # parameters come with a dimension for rows, of length one where a parameter is the same for all
                logp=lambda y, w0, b0, w1, b1, x, weight: rows(w0[0], b0[0], w1[0], b1[0], x.T, y, weight)[0],
                random=self._outcomes,
                signature="(f,h),(h),(h),(),(f),()->()",
                observed=y,
                dims="simulation",
            )
        return model

    def _outcomes(self, *weights_and_rows: np.ndarray, rng: np.random.Generator, size: tuple) -> np.ndarray:
        """Outcomes of the rows of a model: see `model` for its arguments."""
        *weights, x, _ = weights_and_rows
        draws = Draws(*weights)  # one draw: the dimension of length one that its weights have for the rows
        logit = output(ACTIVATIONS[self.activation].value(hidden_inputs(draws, x)), draws)[0]
        return LIKELIHOODS[self.likelihood].draw(expit(logit), rng).astype(float)

    def as_network(self, posterior: xr.Dataset) -> tuple[xr.Dataset, Activation]:
        """The weights as they are, and the activation of the hidden units."""
        return posterior, ACTIVATIONS[self.activation]

    def outcomes(self, predicted: xr.DataArray, rows: xr.Dataset, rng: np.random.Generator) -> np.ndarray:
        """Classes (with the Gaussian likelihood numbers) drawn from the score of every draw."""
        return LIKELIHOODS[self.likelihood].draw(predicted.values, rng)

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
