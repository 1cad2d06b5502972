"""The network: PyMC model and priors, training set, forward pass, and the symmetries of its hidden layer."""

from bayesnet.problems.network.model import Network

__all__ = ["Network"]
