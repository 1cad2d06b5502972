"""Which scales of noise and prior the data ask for, and which prior: evidence, ABIC and held-out stations."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter

from bayesnet.contract import Result
from bayesnet.problems.strain.strain_rate import FIELDS
from reports.content import Section, Table
from reports.html import image
from reports.style import styled
from reports.view import WARN, Check, View, csv
from reports.words import fixed, listed, number

DEPTH = 20.0  # nats below the highest evidence that are drawn
SIGMA_TICKS = (0.5, 1.0, 2.0, 4.0)
NOTE = (
    "The sd tau is that of what a prior says nothing of, such as a rotation of the whole area. The evidence falls with "
    "it, the faster the more directions a prior leaves open, whatever the data; the log score of stations that were "
    "held out hardly changes. ABIC: -2 times the highest log evidence + 4. Grid: averaged over the posterior of both "
    "scales, not taken at the best of them."
)


def show(result: Result) -> Section | None:
    """Evidence over the grid, and the priors compared."""
    part = result.part("evidence")
    if part is None:
        return None
    ratio = part["sd_ratio"]
    wider = [f"{str(name).replace('_', ' ')} is {fixed(float(ratio.sel(field=name)), 2)}" for name in FIELDS]
    said = (
        f"The highest evidence is at rho = {number(float(part['rho_best']), 2)} and sigma = "
        f"{number(float(part['sigma_best']), 2)} times the sds that come with the data; the methods are given these. "
        "Averaged over the posterior of both, the sd of "
        f"{listed(wider)} times as large (median over the map)."
    )
    drawn = image(
        evidence(part),
        "evidence",
        "Evidence over the scales of noise and prior",
        f"Log evidence below its highest value, which the cross marks; white is more than {DEPTH:g} nats below.",
        "A map of the log evidence over rho and sigma.",
        source=csv(result, "evidence", "rho", "sigma"),
    )
    return Section("Scales of noise and prior", "evidence", (said,), tables=(_table(result, part),), images=(drawn,))


def _table(result: Result, part: xr.Dataset) -> Table:
    shown = {"log_evidence_best": 1, "abic": 1, "rho_best": None, "sigma_best": None, "held_out": 3, "held_out_grid": 3}
    rows = []
    for prior in part["prior"].values:
        for tau in part["tau"].values:
            one = part.sel(prior=prior, tau=tau)
            values = {name: float(one[f"{name}_of"]) for name in shown}
            cells = (
                number(value, 2) if shown[name] is None else fixed(value, shown[name]) for name, value in values.items()
            )
            rows.append((str(prior), number(float(tau)), *cells))
    header = ("prior", "tau (mm/yr)", "log evidence (nats)", "ABIC ↓", "rho", "sigma", "held-out log score (nats) ↑",
              "the same, over the grid ↑")  # fmt: skip
    return Table("Priors", header, tuple(rows), NOTE, csv(result, "evidence", "prior", "tau"))


@styled
def evidence(part: xr.Dataset) -> Figure:
    """Map of the log evidence over both scales.

    Parameters
    ----------
    part : xarray.Dataset
        The part `evidence`.
    """
    below = part["log_evidence"] - part["log_evidence"].max()
    figure = Figure(figsize=(5.0, 3.0))
    axes = figure.subplots()
    values = np.maximum(below.transpose("sigma", "rho").values, -DEPTH)
    drawn = axes.contourf(part["rho"].values, part["sigma"].values, values, np.linspace(-DEPTH, 0, 11), cmap="Blues")
    axes.plot(float(part["rho_best"]), float(part["sigma_best"]), "x", color="#D55E00")
    axes.set(xscale="log", yscale="log", xlabel="rho, scale of the prior", ylabel="sigma, factor of the noise (1)")
    axes.xaxis.set_major_formatter("{x:g}")  # powers of ten would need mathematical text
    axes.yaxis.set_major_locator(FixedLocator(SIGMA_TICKS))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
    figure.colorbar(drawn, ax=axes, label="log evidence (nats)")
    return figure


def verdict(result: Result) -> Iterator[str]:
    """What tau does to the evidence and to the held-out score, and which prior the held-out stations prefer."""
    part = result.part("evidence")
    if part is None:
        return
    first, second = (str(name) for name in part["prior"].values)
    gaps = (part["log_evidence_best_of"].sel(prior=first) - part["log_evidence_best_of"].sel(prior=second)).values
    scores = {prior: part["held_out_grid_of"].sel(prior=prior).values for prior in (first, second)}
    ranges = [f"{fixed(float(v.min()), 3)} to {fixed(float(v.max()), 3)} with {prior}" for prior, v in scores.items()]
    yield (
        f"The evidence for {first} over {second} goes from {fixed(float(gaps[0]), 0)} to {fixed(float(gaps[-1]), 0)} "
        f"nats with the sd of what neither speaks of; the log score of stations held out is {listed(ranges)}."
    )


def checks(result: Result) -> Iterator[Check]:
    """Whether the highest evidence is inside the grid."""
    part = result.part("evidence")
    if part is not None and int(part["at_edge"]):
        said = (
            f"The highest evidence is at an end of the grid (rho = {number(float(part['rho_best']))}, sigma = "
            f"{number(float(part['sigma_best']))}): this prior does not fit these data, or the grid is too small."
        )
        yield Check("Scales of noise and prior", WARN, said)


VIEW = View(show, (), verdict, checks)
