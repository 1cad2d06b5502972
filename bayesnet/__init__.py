"""Posteriors of any problem, fitted by several methods, and their comparison. Read `bayesnet.contract` first."""

from bayesnet.comparison import compare
from bayesnet.context import Context
from bayesnet.contract import Gaussian, Method, Metric, Part, Problem, Result
from bayesnet.fitting import fit, predict
from bayesnet.grading import same_test_rows
from bayesnet.methods import METHODS
from bayesnet.parts.agreement import predictive_agreement
from bayesnet.parts.calibration import reliability
from bayesnet.parts.ceiling import ceiling
from bayesnet.parts.densities import weight_densities
from bayesnet.parts.diagnostics import diagnose
from bayesnet.parts.differences import paired_differences
from bayesnet.parts.elpd import elpd
from bayesnet.parts.errors import error_detection
from bayesnet.parts.importance import permutation_importance
from bayesnet.parts.joint_log_score import joint_log_score
from bayesnet.parts.mislabelled import wrong_label_detection
from bayesnet.parts.partial_dependence import partial_dependence
from bayesnet.parts.path_products import path_products
from bayesnet.parts.plane import stress_plane
from bayesnet.parts.scores import score
from bayesnet.parts.sensitivities import input_sensitivities
from bayesnet.parts.uncertainty import predictive_uncertainty
from bayesnet.parts.uncertainty_groups import uncertainty_by_group
from bayesnet.parts.units import unit_statistics
from bayesnet.parts.weight_summary import weight_summary
from bayesnet.parts.weights import weight_statistics
from bayesnet.problems import PROBLEMS, problem_of
from bayesnet.problems.network import Network
from bayesnet.problems.network.shuffling import column_groups
from bayesnet.problems.network.symmetry import align, reference_units
from bayesnet.problems.network.training import training_set
from bayesnet.runs import Runs, compare_runs
from bayesnet.store import load, provenance, save

__all__ = [
    "METHODS",
    "PROBLEMS",
    "Context",
    "Gaussian",
    "Method",
    "Metric",
    "Network",
    "Part",
    "Problem",
    "Result",
    "Runs",
    "align",
    "ceiling",
    "column_groups",
    "compare",
    "compare_runs",
    "diagnose",
    "elpd",
    "error_detection",
    "fit",
    "input_sensitivities",
    "joint_log_score",
    "load",
    "paired_differences",
    "partial_dependence",
    "path_products",
    "permutation_importance",
    "predict",
    "predictive_agreement",
    "predictive_uncertainty",
    "problem_of",
    "provenance",
    "reference_units",
    "reliability",
    "same_test_rows",
    "save",
    "score",
    "stress_plane",
    "training_set",
    "uncertainty_by_group",
    "unit_statistics",
    "weight_densities",
    "weight_statistics",
    "weight_summary",
    "wrong_label_detection",
]
