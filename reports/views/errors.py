"""Whether the uncertainty of each method knows which test rows it gets wrong."""

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.html import image
from reports.marks import method_legend, methods_in, of_method, panels
from reports.style import colour_of, label_of, styled
from reports.view import Column, View, csv, fits_table
from reports.views.uncertainty import MEASURES
from reports.words import listed, percent

COLUMNS = tuple(
    Column(f"by {name}", "errors", "error_auc", {"measure": measure})
    for measure, name in (("sd", "sd"), ("total", "total entropy"), ("epistemic", "epistemic part"))
)
SUMMARY = Column("", "errors", "error_auc", {"measure": "total"}, key="error_auc")
NOTE = (
    "Probability that a misclassified row is more uncertain than a right one; 0.5 is chance. A point estimate has a "
    "total entropy only, and there is nothing to find where no row is misclassified."
)
ORDERS = ("total", "sd", "epistemic")  # measures that rows are ordered by
KEPT = 0.8  # share of rows that the caption speaks of


def show(result: Result) -> Section | None:
    """How well the uncertainty finds the errors, and the accuracy over the rows that it is most certain of."""
    errors = result.part("errors")
    if errors is None:
        return None
    curves = errors["selective_accuracy"].sel(measure="total").sel(kept=KEPT, method="nearest")
    kept = [f"{percent(float(of_method(curves, method)))} ({label_of(method)})" for method in methods_in(curves)]
    drawn = image(
        selective(errors),
        "selective_accuracy",
        "Accuracy when the least certain rows are left out",
        "If the least certain rows are left to a simulation, how accurate are the others? A curve that rises to the "
        "left shows that the uncertainty knows where the errors are. Accuracy over the most certain "
        f"{percent(KEPT, 0)} by total entropy: {listed(kept)}. A point estimate has a total entropy only.",
        "Curves of accuracy against the share of rows kept, by method and measure of uncertainty.",
        source=csv(result, "errors", "measure", "kept"),
    )
    return Section("Errors and uncertainty", "errors", tables=_table(result), images=(drawn,))


def show_runs(result: Result) -> Section | None:
    """How well the uncertainty of every fit finds its errors."""
    tables = _table(result)
    return Section("Errors and uncertainty", "errors", tables=tables) if tables else None


def _table(result: Result) -> tuple[Table, ...]:
    title, source = "Does the uncertainty find the errors? ↑", csv(result, "errors", "measure")
    return fits_table(result, title, COLUMNS, note=NOTE, source=source)


@styled
def selective(errors: xr.Dataset) -> Figure:
    """Accuracy over the rows that remain when the least certain are left out.

    Parameters
    ----------
    errors : xarray.Dataset
        The part `errors`.
    """
    curves = errors["selective_accuracy"]
    measures = [measure for measure in ORDERS if curves.sel(measure=measure).notnull().any()]
    figure, axes = panels(len(measures), columns=3, height=2.9, sharey=True)
    for panel, measure in zip(axes, measures, strict=True):
        for method in methods_in(curves.sel(measure=measure)):
            curve = curves.sel({"method": method, "measure": measure})
            panel.plot(100 * curve["kept"].values, 100 * curve.values, color=colour_of(method))
        panel.set(title=f"by {MEASURES[measure].rpartition(' (')[0]}", xlabel="rows kept (%)", xlim=(0, 101))
    axes[0].set_ylabel("accuracy over them (%)")
    method_legend(figure, methods_in(curves), markers=False)
    return figure


VIEW = View(show, (SUMMARY,), folded=True, across=View(show_runs, (SUMMARY,)))
