"""Figure of the audit's power: which misaligned blocks it finds, by their length and shift."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from reports.style import WIDTH, styled

TITLES = {"with": "physics known", "without": "physics unknown"}


@styled
def audit_power(power: xr.Dataset) -> Figure:
    """Share of planted blocks that the audit finds.

    Parameters
    ----------
    power : xarray.Dataset
        See `data.audit.power.read_power`.

    Returns
    -------
    matplotlib.figure.Figure
        A heat map of block length by shift for each of `physics`, with the percents in the cells.
    """
    figure = Figure(figsize=(WIDTH, 2.6))
    axes = figure.subplots(1, power.sizes["physics"], sharey=True)
    lengths, shifts = (power[name].values.tolist() for name in ("length", "shift"))
    for panel, physics in zip(axes, power["physics"].values.tolist(), strict=True):
        found = 100 * power["found"].sel(physics=physics).transpose("shift", "length").values
        image = panel.imshow(found, cmap="Blues", vmin=0, vmax=100, aspect="auto", interpolation="nearest")
        for (row, column), value in np.ndenumerate(found):
            colour = "white" if value > 60 else "#222222"
            panel.text(column, row, f"{value:.0f}", ha="center", va="center", color=colour, fontsize=9)
        panel.set_xticks(range(len(lengths)), lengths)
        panel.set_yticks(range(len(shifts)), shifts)
        panel.set_xlabel("length of the block (rows)")
        panel.set_title(TITLES[physics])
        panel.grid(visible=False)
    axes[0].set_ylabel("shift of its labels (rows)")
    figure.colorbar(image, ax=axes, label="found (%)")
    return figure
