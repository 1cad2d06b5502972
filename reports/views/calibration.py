"""Whether a score comes true as often as it says."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Image, Section
from reports.html import image
from reports.marks import methods_in, of_method, panels, rug
from reports.style import GREY, colour_of, label_of, styled
from reports.view import Column, View, csv, fits_table
from reports.words import listed, percent

ECE = Column("ECE", "calibration", "ece")
COLUMNS = (
    ECE,
    Column("… if calibrated, 2.5 %", "calibration", "ece_calibrated", {"bound": "lower"}),
    Column("… 97.5 %", "calibration", "ece_calibrated", {"bound": "upper"}),
    Column("miscalibration", "calibration", "miscalibration"),
    Column("… if calibrated, 2.5 %", "calibration", "miscalibration_calibrated", {"bound": "lower"}),
    Column("… 97.5 %", "calibration", "miscalibration_calibrated", {"bound": "upper"}),
    Column("discrimination ↑", "calibration", "discrimination"),
    Column("uncertainty of the outcome", "calibration", "uncertainty"),
)
NOTE = (
    "ECE: expected calibration error over ten bins. Even calibrated scores have some, for want of rows: 95 % of "
    "outcomes drawn from the scores themselves give values between the two that follow. Only above them has a method "
    "shown to be miscalibrated, and values among them rank no methods."
)
CORP = (
    " The same holds of the miscalibration: the Brier score is miscalibration less discrimination plus uncertainty of "
    "the outcome (CORP, Dimitriadis et al. 2021)."
)


def show(result: Result) -> Section | None:
    """Errors of calibration beside those of calibrated scores, and the reliability curve of each method."""
    values = result.part("calibration")
    if values is None:
        return None
    tables = fits_table(result, "Calibration", COLUMNS, note=NOTE + CORP, source=csv(result, "calibration"))
    return Section("Calibration", "calibration", tables=tables, images=(_image(result, values),))


def show_runs(result: Result) -> Section | None:
    """The expected calibration error of every fit beside that of calibrated scores."""
    tables = fits_table(result, "Calibration", COLUMNS, note=NOTE, source=csv(result, "calibration"))
    return Section("Calibration", "calibration", tables=tables) if tables else None


def _image(result: Result, values: xr.Dataset) -> Image:
    outside = []
    for method in _varying(values):
        one = of_method(values, method)
        beyond = (one["reliability"] < one["band"].sel(bound="lower")) | (
            one["reliability"] > one["band"].sel(bound="upper")
        )
        outside.append(f"{percent(float(beyond.mean()), 0)} ({label_of(method)})")
    return image(
        reliability(values),
        "reliability",
        "Reliability",
        "How often the rupture propagated, given the score. On the dashed line a score of 0.8 comes true in 80 % of "
        "the rows; above it the score is too low, below it too high. The band holds 95 % of the curves of a "
        "calibrated method from end to end: a curve that leaves it anywhere is evidence against calibration. Share of "
        f"the test rows outside it: {listed(outside)}. Ticks below are the scores.",
        "One panel per method: share of propagation against the score, with a band about the diagonal.",
        source=csv(result, "calibration", "rank"),
    )


def _varying(values: xr.Dataset) -> list[str]:
    """The methods whose score is not the same in all rows: of one score there is no curve."""
    return [method for method in methods_in(values["score"]) if np.ptp(of_method(values["score"], method).values) > 0]


@styled
def reliability(values: xr.Dataset) -> Figure:
    """Reliability curve of every method with its consistency band, above the distribution of its scores.

    Parameters
    ----------
    values : xarray.Dataset
        The part `calibration`.
    """
    methods = _varying(values)
    figure, axes = panels(len(methods), columns=3, height=2.7, sharex=True, sharey=True)
    for panel, method in zip(axes, methods, strict=True):
        one, colour = of_method(values, method), colour_of(method)
        score = one["score"].values
        panel.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle="--")
        panel.fill_between(score, *one["band"].transpose("bound", "rank").values, color=colour, alpha=0.18, linewidth=0)
        panel.plot(score, one["reliability"].values, color=colour)
        rug(panel, score, -0.09, -0.03, color=colour)
        panel.set(xlim=(-0.01, 1.01), ylim=(-0.11, 1.02), xlabel="score (1)")
        panel.set_title(f"{label_of(method)}, ECE {float(one['ece']):.3f}")
    axes[0].set_ylabel("share of propagation (1)")
    return figure


VIEW = View(show, (ECE,), numbers_folded=True, across=View(show_runs, (ECE,)))
