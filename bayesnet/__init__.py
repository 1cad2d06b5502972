"""One small Bayesian neural network, fitted by several methods, and the comparison of their posteriors."""

from bayesnet.agreement import ceiling, predictive_agreement
from bayesnet.calibration import joint_log_score, reliability
from bayesnet.comparison import compare
from bayesnet.densities import weight_densities
from bayesnet.diagnostics import diagnose
from bayesnet.fits import METHODS
from bayesnet.fitting import fit, predict, predict_logit
from bayesnet.importance import permutation_importance
from bayesnet.loo import elpd
from bayesnet.mislabelled import wrong_label_detection
from bayesnet.network import Network
from bayesnet.scores import paired_differences, score
from bayesnet.sensitivity import input_sensitivities, partial_dependence, path_products
from bayesnet.shuffling import column_groups
from bayesnet.store import load, provenance, save
from bayesnet.symmetry import align, reference_units
from bayesnet.training import training_set
from bayesnet.uncertainty import error_detection, input_plane, predictive_uncertainty, uncertainty_by_group
from bayesnet.units import unit_statistics
from bayesnet.weights import weight_statistics, weight_summary

__all__ = [
    "METHODS",
    "Network",
    "align",
    "ceiling",
    "column_groups",
    "compare",
    "diagnose",
    "elpd",
    "error_detection",
    "fit",
    "input_plane",
    "input_sensitivities",
    "joint_log_score",
    "load",
    "paired_differences",
    "partial_dependence",
    "path_products",
    "permutation_importance",
    "predict",
    "predict_logit",
    "predictive_agreement",
    "predictive_uncertainty",
    "provenance",
    "reference_units",
    "reliability",
    "save",
    "score",
    "training_set",
    "uncertainty_by_group",
    "unit_statistics",
    "weight_densities",
    "weight_statistics",
    "weight_summary",
    "wrong_label_detection",
]
