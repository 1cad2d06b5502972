"""Partial dependence: the mean score over the test rows when one input is set to a value in all of them."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section
from reports.html import image
from reports.marks import method_legend, methods_in, of_method, panels
from reports.style import colour_of, label_of, styled, with_unit
from reports.view import View, csv
from reports.words import fixed


def show(result: Result) -> Section | None:
    """The mean score along each input, with its band over draws."""
    part = result.part("partial_dependence")
    if part is None:
        return None
    reach = part["mean"].max("point") - part["mean"].min("point")
    widest = ", ".join(f"{label_of(m)} {_widest(of_method(reach, m))}" for m in methods_in(reach))
    drawn = image(
        partial_dependence(part),
        "partial-dependence",
        "Partial dependence of the score",
        "A steep curve is an input that decides; a flat one does not matter on its own. Where bands of two methods "
        f"part, they tell different stories. Widest range of the mean score: {widest}. Where inputs are correlated, "
        "some of the rows made up for a curve lie where no simulation does.",
        "One panel per input: mean score against the value of the input, a line and a band for each method.",
        source=csv(result, "partial_dependence", "feature", "point"),
    )
    return Section("Partial dependence", "partial-dependence", images=(drawn,))


def _widest(reach: xr.DataArray) -> str:
    return f"{reach['feature'].values[int(reach.argmax('feature'))]} ({fixed(float(reach.max()), 2)})"


@styled
def partial_dependence(statistics: xr.Dataset) -> Figure:
    """Mean score over the test rows when one input is set to a value in all of them.

    Parameters
    ----------
    statistics : xarray.Dataset
        The part `partial_dependence`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per input; bands hold 95 % of the draws.
    """
    methods = methods_in(statistics["mean"])
    names, units = statistics["feature"].values, statistics["units"].values
    figure, axes = panels(len(names), columns=4, height=1.75, sharey=True)
    for panel, name, unit in zip(axes, names, units, strict=True):
        one = statistics.sel(feature=name)
        x = one["value"].values
        for method in methods:
            curve, colour = of_method(one, method), colour_of(method)
            if np.isfinite(curve["lower"]).any():
                panel.fill_between(
                    x, curve["lower"].values, curve["upper"].values, color=colour, alpha=0.18, linewidth=0
                )
            panel.plot(x, curve["mean"].values, color=colour)
        panel.set_xlabel(with_unit(str(name), str(unit)))
        panel.set_ylim(0, 1)
        panel.locator_params(axis="x", nbins=4)
    for panel in axes[::4]:
        panel.set_ylabel("mean score (1)")
    method_legend(figure, methods, markers=False)
    return figure


VIEW = View(show, folded=True)
