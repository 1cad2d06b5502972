"""Activations with likelihoods: each pair is compiled on its own, so most of them are tested by the long run only."""

import pytest

from bayesnet.problems.network.activations import ACTIVATIONS
from bayesnet.problems.network.likelihoods import LIKELIHOODS

QUICK = {("relu", "bernoulli")}
PAIRS = [
    pytest.param(activation, likelihood, marks=[] if (activation, likelihood) in QUICK else pytest.mark.slow)
    for activation in ACTIVATIONS
    for likelihood in LIKELIHOODS
]
