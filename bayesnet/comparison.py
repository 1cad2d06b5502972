"""Everything that is compared, in one DataTree: a group a part, a dimension `method` in each."""

from collections.abc import Callable
from dataclasses import dataclass

import xarray as xr

from bayesnet.agreement import ceiling, predictive_agreement
from bayesnet.calibration import joint_log_score, reliability
from bayesnet.densities import weight_densities
from bayesnet.diagnostics import diagnose
from bayesnet.importance import permutation_importance
from bayesnet.loo import elpd
from bayesnet.scores import paired_differences, same_catalogue, same_test_rows, score
from bayesnet.sensitivity import input_sensitivities, partial_dependence, path_products
from bayesnet.shuffling import column_groups
from bayesnet.uncertainty import error_detection, input_plane, predictive_uncertainty, uncertainty_by_group
from bayesnet.units import unit_statistics
from bayesnet.weights import weight_statistics, weight_summary
from data import rows

REFERENCE = "nuts"
SHUFFLED_METRICS = ("f1", "f1_weighted", "accuracy", "log_score")


@dataclass(frozen=True)
class Comparison:
    """Fits of one catalogue, and what their comparison depends on."""

    fits: dict[str, xr.DataTree]
    catalogue: xr.Dataset
    seed: int  # of bootstrap samples and shuffles, the same for every method

    def of_each(self, statistic: Callable[[xr.DataTree], xr.Dataset]) -> xr.Dataset:
        """A statistic of every fit, with a dimension `method`; what a fit's statistic does not hold is NaN."""
        return _by_method({name: statistic(fit) for name, fit in self.fits.items()})

    @property
    def reference(self) -> str:
        """The method that others are held against: NUTS, or where it is missing the one with most draws."""
        if REFERENCE in self.fits:
            return REFERENCE
        return max(self.fits, key=lambda name: self.fits[name]["predictions"]["p"].size)


def _agreement(c: Comparison) -> xr.Dataset:
    others = {name: fit for name, fit in c.fits.items() if name != c.reference}
    return _by_method({name: predictive_agreement(fit, c.fits[c.reference]) for name, fit in others.items()})


def _ceiling(c: Comparison) -> xr.Dataset:
    reference = c.fits[c.reference]
    return ceiling(reference) if reference["posterior"].sizes["chain"] > 1 else xr.Dataset()


def _importance(c: Comparison, *, grouped: bool) -> xr.Dataset:
    groups = column_groups(c.catalogue) if grouped else None
    return c.of_each(
        lambda fit: permutation_importance(
            fit, c.catalogue, metric=SHUFFLED_METRICS, seed=c.seed, groups=groups
        ).drop_dims(("chain", "draw"))
    )


# group of the comparison -> how it is computed; the order is that of the work
PARTS: dict[str, Callable[[Comparison], xr.Dataset]] = {
    "run": lambda c: c.of_each(lambda fit: xr.Dataset({"seconds": fit.attrs["seconds"]})),
    "diagnostics": lambda c: c.of_each(diagnose),
    "scores": lambda c: c.of_each(lambda fit: score(fit, seed=c.seed)),
    "differences": lambda c: paired_differences(c.fits, seed=c.seed),
    "calibration": lambda c: c.of_each(lambda fit: reliability(fit, seed=c.seed)),
    "joint_log_score": lambda c: c.of_each(lambda fit: joint_log_score(fit, seed=c.seed)),
    "elpd": lambda c: elpd(c.fits),
    "uncertainty": lambda c: c.of_each(predictive_uncertainty),
    "uncertainty_groups": lambda c: c.of_each(lambda fit: uncertainty_by_group(predictive_uncertainty(fit))),
    "errors": lambda c: c.of_each(lambda fit: error_detection(predictive_uncertainty(fit))),
    "inputs": lambda c: input_plane(c.fits[c.reference]),
    "agreement": _agreement,
    "ceiling": _ceiling,
    "weights": lambda c: weight_statistics(c.fits, reference=c.reference, seed=c.seed),
    "units": lambda c: unit_statistics(c.fits, reference=c.reference),
    "densities": lambda c: weight_densities(c.fits, reference=c.reference, seed=c.seed),
    "path_products": lambda c: c.of_each(path_products),
    "sensitivities": lambda c: c.of_each(input_sensitivities),
    "partial_dependence": lambda c: c.of_each(partial_dependence),
    "importance": lambda c: _importance(c, grouped=False),
    "importance_groups": lambda c: _importance(c, grouped=True),
}


def compare(
    fits: dict[str, xr.DataTree],
    catalogue: xr.Dataset,
    *,
    seed: int = 0,
    progress: Callable[[str], None] = lambda part: None,
) -> xr.DataTree:
    """Compare fits of one catalogue on its test rows.

    Parameters
    ----------
    fits : dict
        Fits of one network by the name of their method.
    catalogue : xarray.Dataset
        The catalogue that they were fitted to.
    seed : int
        Of bootstrap samples and shuffles, the same for every method.
    progress : callable
        Receives the name of each part before it is computed.

    Returns
    -------
    xarray.DataTree
        A group for each of `PARTS`, with the content that the function of that name describes; `weight_summary` is that
        of `weights`. What a method does not have is NaN, and a part that none has is absent. The attribute `reference`
        names the method that others are held against.

    Raises
    ------
    InputError
        Where the fits are of different catalogues or were tested on different rows, or their weights cannot be
        compared.
    """
    same_catalogue(fits)
    same_test_rows(fits)
    comparison = Comparison(fits, catalogue, seed)
    parts = {}
    for name, part in PARTS.items():
        progress(name)
        parts[name] = part(comparison)
    parts["weight_summary"] = weight_summary(parts["weights"])
    tree = xr.DataTree.from_dict({name: part for name, part in parts.items() if part.data_vars})
    tree.attrs = {
        "catalogue": catalogue.attrs["name"],
        "catalogue_checksum": catalogue.attrs["checksum"],
        "n_train": rows(catalogue, "train").sizes["simulation"],
        "n_test": rows(catalogue, "test").sizes["simulation"],
        "reference": comparison.reference,
        "seed": seed,
    }
    return tree


def _by_method(results: dict[str, xr.Dataset]) -> xr.Dataset:
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
