"""One small Bayesian neural network, fitted by several methods, and the comparison of their posteriors."""

from bayesnet.agreement import agreement, ceiling
from bayesnet.calibration import calibration, joint_log_score
from bayesnet.comparison import compare
from bayesnet.diagnostics import diagnostics
from bayesnet.elpd import elpd
from bayesnet.fits import METHODS
from bayesnet.fitting import fit, predict, predict_logit
from bayesnet.importance import permutation_importance
from bayesnet.network import Network
from bayesnet.scores import paired_differences, scores
from bayesnet.shuffling import column_groups
from bayesnet.store import load, provenance, save
from bayesnet.training import training_set
from bayesnet.uncertainty import error_detection, input_plane, predictive_uncertainty, uncertainty_by_group

__all__ = [
    "METHODS",
    "Network",
    "agreement",
    "calibration",
    "ceiling",
    "column_groups",
    "compare",
    "diagnostics",
    "elpd",
    "error_detection",
    "fit",
    "input_plane",
    "joint_log_score",
    "load",
    "paired_differences",
    "permutation_importance",
    "predict",
    "predict_logit",
    "predictive_uncertainty",
    "provenance",
    "save",
    "scores",
    "training_set",
    "uncertainty_by_group",
]
