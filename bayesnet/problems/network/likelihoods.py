"""The likelihoods of a class given its logit: as a symbol, and outcomes drawn from a score."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytensor.tensor as pt


@dataclass(frozen=True)
class Likelihood:
    """How an outcome y follows from the logit of its row."""

    symbol: Callable[[pt.TensorVariable, pt.TensorVariable], pt.TensorVariable]  # (y, logit) -> log-likelihood
    draw: Callable[[np.ndarray, np.random.Generator], np.ndarray]  # (score, random numbers) -> outcome


LIKELIHOODS = {
    # log p^y (1-p)^(1-y) with p = sigmoid(logit); half the operations of pm.Bernoulli and no overflow
    "bernoulli": Likelihood(
        lambda y, logit: y * logit - pt.softplus(logit), lambda p, rng: rng.binomial(1, p).astype(np.int8)
    ),
    "gaussian": Likelihood(
        lambda y, logit: -0.5 * ((y - pt.sigmoid(logit)) ** 2 + np.log(2 * np.pi)), lambda p, rng: rng.normal(p, 1.0)
    ),
}
