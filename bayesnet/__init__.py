"""One small Bayesian neural network, fitted by several methods, and the comparison of their posteriors."""

from bayesnet.fits import METHODS
from bayesnet.fitting import fit, predict, predict_logit
from bayesnet.network import Network
from bayesnet.store import load, save
from bayesnet.training import training_set

__all__ = ["METHODS", "Network", "fit", "load", "predict", "predict_logit", "save", "training_set"]
