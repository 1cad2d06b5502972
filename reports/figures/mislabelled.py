"""Figure of the search for wrong training labels: precision against recall."""

import xarray as xr
from matplotlib.figure import Figure

from reports.marks import method_legend, methods_in, of_method, panels
from reports.style import GREY, colour_of, styled

CRITERIA_NAMES = {
    "loss": "log loss of the label",
    "elpd": "leave-one-out log density",
    "sd": "sd of the score",
    "entropy": "total entropy",
}


@styled
def wrong_label_curves(found: xr.Dataset) -> Figure:
    """Precision-recall curves for wrong labels, a panel a criterion and a line a method; dashed: guessing.

    Parameters
    ----------
    found : xarray.Dataset
        See `bayesnet.mislabelled.wrong_label_detection`.

    Returns
    -------
    matplotlib.figure.Figure
        Criteria that no method has are left out.
    """
    curves = found["precision"]
    criteria = [str(one) for one in found["criterion"].values if curves.sel(criterion=one).notnull().any()]
    figure, axes = panels(len(criteria), columns=2, height=2.7, sharex=True, sharey=True)
    for panel, criterion in zip(axes, criteria, strict=True):
        panel.axhline(100 * float(found["base_rate"]), color=GREY, linewidth=0.8, linestyle="--")
        of_criterion = curves.sel(criterion=criterion)
        for method in methods_in(of_criterion):
            precision = of_method(of_criterion, method).values
            panel.plot(100 * found["recall"].values, 100 * precision, color=colour_of(method))
        panel.set(title=f"by {CRITERIA_NAMES[criterion]}", xlim=(0, 101), ylim=(0, 102))
    figure.supxlabel("wrong labels found (%)", fontsize="medium")
    figure.supylabel("wrong labels among the rows looked at (%)", fontsize="medium")
    method_legend(figure, methods_in(curves), markers=False)
    return figure
