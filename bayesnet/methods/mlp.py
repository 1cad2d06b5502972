"""The deterministic baseline: scikit-learn's multilayer perceptron with a penalty that follows the prior."""

import warnings
from dataclasses import dataclass

import numpy as np
import xarray as xr
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.neural_network import MLPClassifier

from bayesnet.contract import Method, Problem
from bayesnet.diagnostics import optimised
from bayesnet.problems.network import Network
from bayesnet.problems.network.draws import DIMS
from data import InputError
from data.seeds import seed_for

ACTIVATIONS = {"relu": "relu", "tanh": "tanh", "sigmoid": "logistic"}  # ours: scikit-learn's
PENALTIES = ("prior", "cross_validation")


@dataclass(frozen=True)
class MlpConfig:
    """Settings of the multilayer perceptron.

    One start ends in one local optimum: of ten on `rupture2d`, accuracies on the test rows run from 0.900 to 0.938.
    """

    restarts: int = 20  # independent starts; the one of lowest training loss is kept
    penalty: str = "prior"  # "prior": alpha = 1 / prior_sd^2; "cross_validation": the alpha of least log loss
    alphas: tuple[float, ...] = (0.01, 0.1, 1.0, 10.0)  # candidates of the cross-validation
    folds: int = 5  # of the cross-validation, on training rows
    iterations: int = 5000  # L-BFGS iterations at most


def fit_mlp(network: Problem, train: xr.Dataset, config: MlpConfig, seed: int) -> xr.DataTree:
    """Fit `MLPClassifier` by L-BFGS from several starts; return the best as a posterior of one chain and one draw.

    scikit-learn minimises (sum of the rows' log losses + alpha/2 * sum of squared weights) / total weight. With
    alpha = 1 / prior_sd^2 this is the negative log posterior of the weights under the prior "normal", up to a constant;
    biases go unpenalised.

    Parameters
    ----------
    network : Network
        Hidden units, activation and prior_sd are used. The loss is always the log loss.
    train : xarray.Dataset
        See `training_set`.
    config : MlpConfig
    seed : int
        Of the initial weights and of the folds.

    Returns
    -------
    xarray.DataTree
        `posterior`: w0, b0, w1, b1 of the restart of lowest loss; `fit_stats`: `loss (restart)`, what is minimised
        times the total weight, in nats; `iterations`, `converged (restart)` and `alpha`; `restarts`: the weights of
        every restart, `(restart, draw, ...)`.

    Raises
    ------
    InputError
        For an activation that scikit-learn does not have, an unknown penalty, or one that is to follow a prior other
        than N(0, prior_sd^2) on every weight.
    """
    _check(network, config)
    x, y, weight = train["x"].values, train["y"].values.astype(int), train["weight"].values
    model = MLPClassifier(
        (network.hidden,),
        activation=ACTIVATIONS[network.activation],
        solver="lbfgs",
        alpha=network.prior_sd**-2,
        max_iter=config.iterations,
        max_fun=10 * config.iterations,
        random_state=seed,
    )
    if config.penalty == "cross_validation":
        folds = StratifiedKFold(config.folds, shuffle=True, random_state=seed)
        search = GridSearchCV(model, {"alpha": config.alphas}, scoring="neg_log_loss", cv=folds, refit=False)
        model.set_params(**search.fit(x, y, sample_weight=weight).best_params_)
    runs = [_restart(model, seed_for(seed, f"restart {i}"), x, y, weight) for i in range(config.restarts)]
    best = min(runs, key=lambda run: run[0].loss_)[0]
    numbers = {
        "loss": [float(one.loss_) * weight.sum() for one, _ in runs],  # nats
        "iterations": [int(one.n_iter_) for one, _ in runs],
        "converged": [int(converged) for _, converged in runs],
    }
    stats = xr.Dataset({name: ("restart", values) for name, values in numbers.items()}).assign(alpha=float(best.alpha))
    stats = stats.assign_coords(restart=np.arange(len(runs)))
    weights = [_posterior(one, train).isel(chain=0, drop=True) for one, _ in runs]
    groups = {
        "posterior": _posterior(best, train),
        "fit_stats": stats,
        "restarts": xr.concat(weights, dim=stats["restart"]),
    }
    return xr.DataTree.from_dict(groups)


def _check(network: Problem, config: MlpConfig) -> None:
    """Refuse what scikit-learn's network cannot do."""
    if not isinstance(network, Network):
        raise InputError(f"the mlp fits the problem network only, got {network.name}; leave the method out")
    if network.activation not in ACTIVATIONS:
        raise InputError(
            f"the mlp knows the activations {', '.join(ACTIVATIONS)}, got {network.activation!r}; "
            "choose one of them or leave the method out"
        )
    if config.penalty not in PENALTIES:
        raise InputError(f"penalty must be one of {', '.join(PENALTIES)}, got {config.penalty!r}; choose one of them")
    if config.penalty == "prior" and network.prior != "normal":
        raise InputError(
            f"the mlp's penalty can follow the prior 'normal' only, got {network.prior!r}; "
            "choose that prior or leave the method out"
        )


def _restart(
    model: MLPClassifier, seed: int, x: np.ndarray, y: np.ndarray, weight: np.ndarray
) -> tuple[MLPClassifier, bool]:
    """The network fitted from one start, and whether the optimiser says that it converged."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", ConvergenceWarning)
        fitted = clone(model).set_params(random_state=seed).fit(x, y, sample_weight=weight)
    return fitted, not any(issubclass(one.category, ConvergenceWarning) for one in said)


def _posterior(model: MLPClassifier, train: xr.Dataset) -> xr.Dataset:
    """The weights of a fitted network as a posterior of one chain and one draw."""
    weights = {
        "w0": model.coefs_[0],
        "b0": model.intercepts_[0],
        "w1": model.coefs_[1][:, 0],
        "b1": model.intercepts_[1][0],
    }
    variables = {name: (("chain", "draw", *DIMS[name]), np.asarray(weights[name])[None, None]) for name in DIMS}
    coords = {"feature": train["feature"].values, "hidden": np.arange(len(weights["b0"]))}
    return xr.Dataset(variables, coords | {"chain": [0], "draw": [0]})


METHOD = Method(
    name="mlp",
    label="MLP",
    about="scikit-learn multilayer perceptron: a point estimate by log loss, weights penalised as the prior says",
    fit=fit_mlp,
    diagnose=optimised,
    config=MlpConfig(),
    quick=MlpConfig(restarts=3),
)
