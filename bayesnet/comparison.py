"""Everything that is compared, in one DataTree: a group a part, a dimension `method` in each."""

import xarray as xr

from bayesnet.agreement import agreement, ceiling
from bayesnet.calibration import calibration, joint_log_score
from bayesnet.diagnostics import diagnostics
from bayesnet.elpd import elpd
from bayesnet.scores import paired_differences, same_test_rows, scores
from bayesnet.uncertainty import error_detection, input_plane, predictive_uncertainty, uncertainty_by_group
from data import rows

REFERENCE = "nuts"


def compare(fits: dict[str, xr.DataTree], catalogue: xr.Dataset, *, seed: int = 0) -> xr.DataTree:
    """Compare fits of one catalogue on its test rows.

    Parameters
    ----------
    fits : dict
        Fits by the name of their method.
    catalogue : xarray.Dataset
        The catalogue that they were fitted to.
    seed : int
        Of bootstrap samples and shuffles, the same for every method.

    Returns
    -------
    xarray.DataTree
        Groups `run`, `diagnostics`, `scores`, `differences`, `calibration`, `joint_log_score`, `errors`, `elpd`,
        `uncertainty`, `uncertainty_groups`, `inputs`, `agreement`, `ceiling`: see the functions of
        the same meaning. What a method does not have is NaN or, where none has it, absent; agreement needs NUTS.

    Raises
    ------
    InputError
        Where the fits were tested on different rows.
    """
    same_test_rows(fits)
    uncertainty = {name: predictive_uncertainty(fit) for name, fit in fits.items()}
    parts = {
        "run": _by_method({name: xr.Dataset({"seconds": fit.attrs["seconds"]}) for name, fit in fits.items()}),
        "diagnostics": _by_method({name: diagnostics(fit) for name, fit in fits.items()}),
        "scores": _by_method({name: scores(fit, seed=seed) for name, fit in fits.items()}),
        "differences": paired_differences(fits, seed=seed),
        "calibration": _by_method({name: calibration(fit, seed=seed) for name, fit in fits.items()}),
        "joint_log_score": _by_method({name: joint_log_score(fit, seed=seed) for name, fit in fits.items()}),
        "errors": _by_method({name: error_detection(rows) for name, rows in uncertainty.items()}),
        "elpd": elpd(fits),
        "uncertainty": _by_method(uncertainty),
        "uncertainty_groups": _by_method({name: uncertainty_by_group(rows) for name, rows in uncertainty.items()}),
        "inputs": input_plane(next(iter(fits.values()))),
    }
    if REFERENCE in fits:
        reference = fits[REFERENCE]
        others = {name: fit for name, fit in fits.items() if name != REFERENCE}
        parts["agreement"] = _by_method({name: agreement(fit, reference) for name, fit in others.items()})
        parts["ceiling"] = ceiling(reference)
    tree = xr.DataTree.from_dict({name: part for name, part in parts.items() if part.data_vars})
    tree.attrs = {
        "catalogue": catalogue.attrs["name"],
        "catalogue_checksum": catalogue.attrs["checksum"],
        "n_train": rows(catalogue, "train").sizes["simulation"],
        "n_test": rows(catalogue, "test").sizes["simulation"],
        "seed": seed,
    }
    return tree


def _by_method(results: dict[str, xr.Dataset]) -> xr.Dataset:
    """One Dataset with a dimension `method`; what a method's result does not hold is NaN."""
    present = {name: result for name, result in results.items() if result.data_vars}
    if not present:
        return xr.Dataset()
    return xr.concat(
        list(present.values()),
        dim=xr.Variable("method", list(present)),
        data_vars="all",
        coords="minimal",
        compat="override",
        join="outer",
    )
