"""What a network must beat: the majority class, and logistic regression on the inputs or on combinations of them.

Their posteriors have a few dimensions and one mode, so they are sampled exactly, within a second.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import xarray as xr
from scipy.special import expit

from bayesnet.contract import Method, Problem
from bayesnet.diagnostics import sampled
from bayesnet.problems.linear import Linear
from bayesnet.problems.network.classifier import Classifier
from bayesnet.problems.network.draws import blocks
from data import InputError

STEPS = 100  # of Newton's method at most; it needs about ten
BLOCK = 2**20  # numbers held at a time
LEVEL = 1e-8  # nats that a step of it gains, at which it stops


@dataclass(frozen=True)
class LinearConfig:
    """Settings of the sampler of a logistic regression.

    On `rupture2d` it accepts three of four proposals of the eight-dimensional posteriors.
    """

    chains: int = 4
    warmup: int = 100  # steps a chain, thrown away
    draws: int = 500  # kept a chain
    thin: int = 8  # steps made for each draw kept
    freedom: float = 10.0  # degrees of freedom of the proposals: their tails must be heavier than the posterior's


def fit_linear(problem: Problem, train: xr.Dataset, config: LinearConfig, seed: int) -> xr.DataTree:
    """Sample the posterior of a logistic regression by independence Metropolis-Hastings.

    Proposals are a multivariate Student t about the posterior mode with the curvature there. Log density and proposal
    are known in closed form, so the draws are of the exact posterior; as the ratio of the two is bounded (the posterior
    has Gaussian tails), chains converge at a geometric rate from anywhere.

    Parameters
    ----------
    problem : Linear
    train : xarray.Dataset
        See `training_set`.
    config : LinearConfig
    seed : int

    Returns
    -------
    xarray.DataTree
        `posterior`: `intercept (chain, draw)`, `slope (chain, draw, feature)`; `sample_stats`: log density `lp` as of
        the problem's model; `log_likelihood`; `fit_stats`: `acceptance (chain)`, the share of proposals accepted.

    Raises
    ------
    InputError
        For a problem that is no logistic regression.

    Notes
    -----
    Source: Tierney (1994), Ann. Stat. 22, 1701-1728, section 2.3.3 and corollary 4 (uniform ergodicity); Student
    proposals about the mode: Geweke (1989), Econometrica 57, 1317-1339.
    """
    if not isinstance(problem, Linear):
        raise InputError(f"a baseline fits the problem linear only, got {problem.name}; leave the method out")
    regression = _Regression.of(problem, train)
    chains = [_chain(regression, config, np.random.default_rng([seed, chain])) for chain in range(config.chains)]
    theta, accepted = (np.stack(parts) for parts in zip(*chains, strict=True))  # (chain, draw, parameter), (chain,)
    density, of_rows = regression.log_densities(theta)
    both = ("chain", "draw")
    coords = {"chain": np.arange(config.chains), "draw": np.arange(config.draws)}
    features, rows = {"feature": train["feature"].values}, {"simulation": train["simulation"].values}
    coefficients = {"intercept": (both, theta[..., 0]), "slope": ((*both, "feature"), theta[..., 1:])}
    groups = {
        "posterior": xr.Dataset(coefficients, coords | features),
        "sample_stats": xr.Dataset({"lp": (both, density)}, coords),
        "log_likelihood": xr.Dataset({"y": ((*both, "simulation"), of_rows)}, coords | rows),
        "fit_stats": xr.Dataset({"acceptance": ("chain", accepted)}, {"chain": coords["chain"]}),
    }
    return xr.DataTree.from_dict(groups)


@dataclass(frozen=True)
class _Regression:
    """The posterior of a logistic regression: its log density, and a Student t near it."""

    design: np.ndarray  # (row, parameter): a column of ones, then the inputs
    y: np.ndarray  # (row,)
    weight: np.ndarray  # (row,)
    prior_sd: float
    mode: np.ndarray  # (parameter,)
    scale: np.ndarray  # (parameter, parameter): lower Cholesky factor of the inverse curvature at the mode

    @classmethod
    def of(cls, problem: Linear, train: xr.Dataset) -> "_Regression":
        """The regression of training rows, its mode found by Newton's method: the log density is concave."""
        x = train["x"].transpose("simulation", "feature").values
        design = np.column_stack([np.ones(len(x)), x])
        y, weight, size = train["y"].values, train["weight"].values, design.shape[1]
        flat = cls(design, y, weight, problem.prior_sd, np.zeros(size), np.eye(size))
        theta = flat.mode
        for _ in range(STEPS):
            gradient, curvature = flat.slopes(theta)
            step = np.linalg.solve(curvature, gradient)
            if gradient @ step < LEVEL:
                break
            here = flat.log_densities(theta)[0]
            while flat.log_densities(theta + step)[0] < here:  # a full step can overshoot where classes are separated
                step /= 2
            theta = theta + step
        scale = np.linalg.cholesky(np.linalg.inv(flat.slopes(theta)[1]))
        return cls(design, y, weight, problem.prior_sd, theta, scale)

    def log_densities(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log density of parameters `(..., parameter)`, with its constant, and log likelihood of each row."""
        logit = theta @ self.design.T
        rows = self.weight * (self.y * logit - np.logaddexp(0, logit))
        prior = -0.5 * (theta / self.prior_sd) ** 2 - np.log(self.prior_sd * np.sqrt(2 * np.pi))
        return rows.sum(axis=-1) + prior.sum(axis=-1), rows

    def slopes(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradient of the log density and minus its second derivatives at one point."""
        p = expit(self.design @ theta)
        gradient = self.design.T @ (self.weight * (self.y - p)) - theta / self.prior_sd**2
        inner = self.design * (self.weight * p * (1 - p))[:, None]
        return gradient, inner.T @ self.design + np.eye(len(theta)) / self.prior_sd**2

    def proposals(self, number: int, freedom: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draws `(number, parameter)` of the Student t, and their log density up to a constant."""
        normal = rng.normal(size=(number, len(self.mode)))
        chi = rng.chisquare(freedom, number) / freedom
        log_q = -0.5 * (freedom + len(self.mode)) * np.log1p((normal**2).sum(axis=1) / chi / freedom)
        return self.mode + (normal / np.sqrt(chi)[:, None]) @ self.scale.T, log_q


def _chain(regression: _Regression, config: LinearConfig, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Kept draws of one chain, `(draw, parameter)`, and the share of proposals that it accepted."""
    steps = config.warmup + config.draws * config.thin
    theta, log_q = regression.proposals(steps, config.freedom, rng)
    density = [regression.log_densities(theta[some])[0] for some in blocks(steps, BLOCK // len(regression.y))]
    log_ratio = np.concatenate(density) - log_q
    threshold = np.log(rng.random(steps))
    place = np.zeros(steps, dtype=int)  # of the proposal that the chain stands at
    for step in range(1, steps):
        accept = threshold[step] < log_ratio[step] - log_ratio[place[step - 1]]
        place[step] = step if accept else place[step - 1]
    kept = slice(config.warmup + config.thin - 1, None, config.thin)
    return theta[place[kept]], float((np.diff(place) > 0).mean())


def _regression(problem: Problem, inputs: str) -> Linear:
    """The logistic regression on these inputs for the rows of a classifier."""
    if not isinstance(problem, Classifier):
        raise InputError(f"a baseline fits classes only, got the problem {problem.name}; leave the method out")
    return Linear(inputs=inputs, balance=problem.balance, upsample_seed=problem.upsample_seed)


def _baseline(name: str, label: str, about: str, inputs: str) -> Method:
    return Method(
        name=name,
        label=label,
        about=about,
        fit=fit_linear,
        diagnose=sampled,
        config=LinearConfig(),
        quick=LinearConfig(draws=200),
        trust=-1,  # whatever else was fitted is what the comparison is about
        problem=partial(_regression, inputs=inputs),
        baseline=True,
    )


MAJORITY = _baseline("majority", "Majority", "no input: the share of each class in training", "none")
LOGISTIC = _baseline("logistic", "Logistic", "Bayesian logistic regression on the inputs", "raw")
PHYSICS = _baseline(
    "physics", "Physics", "Bayesian logistic regression on physical combinations of the inputs", "physical"
)
