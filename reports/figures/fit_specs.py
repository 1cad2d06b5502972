"""The figures of the fits in the report: which arrays of a run they are drawn from, and what to see in them."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from reports.figures import fits
from reports.marks import methods_in, of_method
from reports.figures.run import FigureSpec, Run
from reports.style import label_of

WORST_ROWS = 4


def _stored(run: Run, group: str, variable: str) -> dict[str, xr.DataArray]:
    """A variable of those fits that have it, by method."""
    return {
        method: fit[group][variable]
        for method, fit in run.fits.items()
        if group in fit.children and variable in fit[group].data_vars
    }


def _sampled(run: Run) -> list[str]:
    """Methods whose chains can be held against each other."""
    part = run.part("diagnostics")
    return methods_in(part["rhat"]) if part is not None and "rhat" in part and part["rhat"].notnull().any() else []


def _draw_elbo(run: Run) -> Figure | None:
    traces = _stored(run, "fit_stats", "elbo_trace")
    return fits.elbo(traces) if traces else None


def _draw_ranks(run: Run) -> Figure | None:
    methods = _sampled(run)
    if not methods:
        return None
    method = run.reference if run.reference in methods else methods[0]
    rhat = of_method(run.comparison["diagnostics"]["rhat"], method)
    worst = rhat["simulation"].values[np.argsort(-rhat.values, kind="stable")[:WORST_ROWS]]
    return fits.ranks(run.fits[method]["predictions"]["p"].sel(simulation=worst), method=method, rhat=rhat)


def _draw_energy(run: Run) -> Figure | None:
    energies = _stored(run, "fit_stats", "energy")
    return fits.energy(energies) if energies else None


def _draw_convergence(run: Run) -> Figure | None:
    return fits.convergence(run.comparison["diagnostics"].to_dataset()) if _sampled(run) else None


def _known(run: Run, variable: str, digits: int) -> str:
    """A diagnostic of the methods that have it, in words."""
    values = run.comparison["diagnostics"][variable]
    found = {label_of(method): float(of_method(values, method)) for method in methods_in(values)}
    return ", ".join(f"{label} {value:.{digits}f}" for label, value in found.items())


def _elbo_caption(run: Run) -> str:
    return (
        "Each line is a restart from another start, averaged over blocks of iterations. Flat on the right: the "
        "optimiser has arrived; lines apart: restarts ended in different optima. Spread of the final ELBOs in nats: "
        f"{_known(run, 'elbo_spread', 1)}."
    )


def _energy_caption(run: Run) -> str:
    known = _known(run, "bfmi_min", 2) if "bfmi_min" in run.comparison["diagnostics"] else ""
    numbers = f" Smallest E-BFMI of a chain: {known}; below 0.3 is too small." if known else ""
    return (
        "If the outline is much narrower than the filled histogram, momentum changes the energy too little from draw "
        f"to draw and the sampler explores the tails slowly.{numbers}"
    )


SPECS = (
    FigureSpec(
        name="elbo",
        section="fits",
        title="ELBO traces of all restarts",
        draw=_draw_elbo,
        caption=_elbo_caption,
        alt=lambda run: "Lines of the ELBO against the iteration, one a restart; left all, right the last half.",
        table="diagnostics",
    ),
    FigureSpec(
        name="convergence",
        section="fits",
        title="R-hat and ESS of the test predictions",
        draw=_draw_convergence,
        caption=lambda run: (
            "Chains agree on a prediction where R-hat is left of its limit and ESS right of its own. Largest R-hat of "
            f"a test row: {_known(run, 'rhat_max', 3)}; smallest ESS: {_known(run, 'ess_min', 0)}."
        ),
        alt=lambda run: "Histograms over the test rows of R-hat, bulk-ESS and tail-ESS, with their limits dashed.",
        table="diagnostics_rows",
    ),
    FigureSpec(
        name="ranks",
        section="fits",
        title="Rank plots of the worst test predictions",
        draw=_draw_ranks,
        caption=lambda run: (
            "The test rows of largest R-hat. Bars at the dashed line throughout mean that a chain explores what the "
            f"others do; a slope or a hole means that it does not. Largest R-hat: {_known(run, 'rhat_max', 3)}."
        ),
        alt=lambda run: "Four panels, a test row each: histograms of the ranks of each chain's draws.",
        table="diagnostics_rows",
    ),
    FigureSpec(
        name="energy",
        section="fits",
        title="Energy of the sampler",
        draw=_draw_energy,
        caption=_energy_caption,
        alt=lambda run: "Histogram of the energy about its mean, and the outline of that of its change between draws.",
        table="diagnostics",
    ),
)
