"""Posteriors of any problem, fitted by several methods, and their comparison. Read `bayesnet.contract` first."""

import lazy_loader

# What is imported with each module: when it is first used, so that nothing waits for libraries that it does not need.
NAMES = {
    "comparison": ["compare"],
    "context": ["Context"],
    "contract": ["Gaussian", "Method", "Metric", "Part", "Problem", "Result"],
    "fitting": ["fit", "predict"],
    "grading": ["same_test_rows"],
    "loo": ["left_out_density"],
    "methods": ["METHODS"],
    "parts.agreement": ["predictive_agreement"],
    "parts.calibration": ["reliability"],
    "parts.ceiling": ["ceiling"],
    "parts.densities": ["weight_densities"],
    "parts.diagnostics": ["diagnose"],
    "parts.differences": ["paired_differences"],
    "parts.elpd": ["elpd"],
    "parts.errors": ["error_detection"],
    "parts.importance": ["permutation_importance"],
    "parts.joint_log_score": ["joint_log_score"],
    "parts.mislabelled": ["wrong_label_detection"],
    "parts.partial_dependence": ["partial_dependence"],
    "parts.path_products": ["path_products"],
    "parts.plane": ["stress_plane"],
    "parts.samplers": ["sampler_differences"],
    "parts.scores": ["score"],
    "parts.sensitivities": ["input_sensitivities"],
    "parts.stacking": ["stacking"],
    "parts.uncertainty": ["predictive_uncertainty"],
    "parts.uncertainty_groups": ["class_gaps", "uncertainty_by_group"],
    "parts.units": ["unit_statistics"],
    "parts.weight_summary": ["weight_summary"],
    "parts.weights": ["weight_statistics"],
    "problems": ["PROBLEMS", "problem_of"],
    "problems.network": ["Network"],
    "problems.network.shuffling": ["column_groups"],
    "problems.network.symmetry": ["align", "reference_units"],
    "problems.network.training": ["training_set"],
    "runs": ["Runs", "compare_runs"],
    "store": ["load", "provenance", "save"],
}

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=NAMES)
