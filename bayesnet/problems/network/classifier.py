"""What every model of a catalogue's classes has in common: its rows, its inputs, and how its scores are graded."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import xarray as xr
from scipy.special import expit

from bayesnet.contract import Metric, Problem
from bayesnet.metrics import DIRECTION, EPS, LABELS, METRICS
from bayesnet.problems.network.activations import Activation
from bayesnet.problems.network.forward import logits
from bayesnet.problems.network.training import network_inputs, training_set
from data import InputError, rows
from data.seeds import seed_for


class Classifier(Problem):
    """A model of the probability that a row is of class 1, its score, from standardised inputs.

    It has the settings `inputs`, `balance` and `upsample_seed`. Each of its draws is a network of one hidden layer, be
    it a layer of one unit that changes nothing: so every function of a network's draws serves all classifiers.
    """

    inputs: str  # see `training_set`; so are the other two
    balance: str
    upsample_seed: int | None

    outcome: ClassVar[str] = "label"
    classes: ClassVar[tuple[int, ...]] = (0, 1)
    metrics: ClassVar[Mapping[str, Metric]] = {
        name: Metric(LABELS[name], DIRECTION[name], grade) for name, grade in METRICS.items()
    }

    @abstractmethod
    def as_network(self, posterior: xr.Dataset) -> tuple[xr.Dataset, Activation]:
        """The draws as the weights w0, b0, w1 and b1 of a network with one hidden layer, and what its units do."""

    def _check_choices(self, known: Mapping[str, Mapping | tuple[str, ...]]) -> None:
        """Refuse settings that are not among those known."""
        for field, choices in known.items():
            if getattr(self, field) not in choices:
                raise InputError(
                    f"{field} must be one of {', '.join(choices)}, got {getattr(self, field)!r}; choose one of them"
                )

    def train(self, data: xr.Dataset, seed: int) -> xr.Dataset:
        """Standardised training rows with their weights: see `training_set`."""
        random_state = seed_for(seed, "upsample") if self.upsample_seed is None else self.upsample_seed
        return training_set(data, self.balance, random_state, self.inputs)

    def test(self, data: xr.Dataset) -> xr.Dataset:
        """`features (simulation, feature)` and `label (simulation)` of the test rows, in the catalogue's units."""
        return rows(data, "test")[["features", "label"]].drop_vars("split")

    def logit(self, posterior: xr.Dataset, train: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
        """Logit of the score of every draw at every row, `(chain, draw, simulation)`; arguments as of `predict`."""
        weights, activation = self.as_network(posterior)
        return logits(weights, network_inputs(train, rows), activation)

    def predict(self, posterior: xr.Dataset, train: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
        """Score of every draw at every row, the probability of class 1.

        Parameters
        ----------
        posterior : xarray.Dataset
            The variables of the model: see `bayesnet.fit`.
        train : xarray.Dataset
            Training rows, for their `feature_mean` and `feature_sd`.
        rows : xarray.Dataset
            Rows with `features (simulation, feature)` in the catalogue's units, or training rows themselves.

        Returns
        -------
        xarray.DataArray
            `p (chain, draw, simulation)`.

        Raises
        ------
        InputError
            Where the features are not those of the training rows.
        """
        logit = self.logit(posterior, train, rows)
        return logit.copy(data=expit(logit.values)).rename("p")

    def log_density(self, outcome: xr.DataArray, predicted: xr.DataArray, rows: xr.Dataset) -> xr.DataArray:
        """Log probability of the observed class under the score of every draw, clipped as `metrics.log_score` does."""
        observed = xr.where(outcome == 1, predicted, 1 - predicted).transpose(*predicted.dims)
        return np.log(observed.clip(EPS, 1 - EPS))

    def outcomes(self, predicted: xr.DataArray, rows: xr.Dataset, rng: np.random.Generator) -> np.ndarray:
        """Classes drawn from the score of every draw."""
        return rng.binomial(1, predicted.values).astype(np.int8)

    def monitored(self, fit: xr.DataTree) -> xr.DataArray:
        """Logit of every test prediction, where a sigmoid cannot hide that chains disagree."""
        posterior, train, test = (
            fit[name].to_dataset() for name in ("posterior", "constant_data", "predictions_constant_data")
        )
        return self.logit(posterior, train, test)
