"""Figure of an analysis that is corrected step by step."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from reports.marks import panels
from reports.style import GREY, styled

NAMES = {"accuracy": "accuracy (1)", "f1_weighted": "class-weighted F1 (1)"}
PRINTED = {"accuracy": "accuracy", "f1_weighted": "notebook_f1_weighted"}


@styled
def corrections_figure(steps: xr.Dataset) -> Figure:
    """Scores after each correction, beside what was printed.

    Parameters
    ----------
    steps : xarray.Dataset
        See `bayesnet.claims.corrections`; attributes hold the printed scores.

    Returns
    -------
    matplotlib.figure.Figure
    """
    names = [str(step) for step in steps["step"].values]
    figure, axes = panels(len(NAMES), columns=2, height=0.6 + 0.33 * len(names), sharey=True)
    for panel, (score, label) in zip(axes, NAMES.items(), strict=True):
        one = steps.sel(score=score)
        place = np.arange(len(names))
        lower, upper = one["interval"].transpose("bound", "step").values
        panel.hlines(place, lower, upper, color="#0072B2", linewidth=1.2)
        panel.plot(one["value"].values, place, "o", color="#0072B2", markersize=5)
        panel.axvline(steps.attrs[PRINTED[score]], color=GREY, linestyle="--", linewidth=1)
        panel.set_yticks(place, names)
        panel.set_ylim(len(names) - 0.5, -0.5)
        panel.grid(visible=False, axis="y")
        panel.set_xlabel(label)
    return figure
