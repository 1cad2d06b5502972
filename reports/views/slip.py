"""Slip on the fault by method, with its sd, beside the true slip."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section
from reports.html import image
from reports.marks import methods_in, of_method
from reports.style import WIDTH, label_of, styled
from reports.view import View, csv


def show(result: Result) -> Section:
    """The slip of each patch."""
    part = result.part("slip")
    truth = "The first row is the true slip. " if "truth" in part else ""
    drawn = image(
        slip_maps(part),
        "slip",
        "Slip on the fault",
        f"Patches of the fault, seen from its upper side: distance along the strike to the right, down the dip "
        f"downwards. {truth}Each method has its mean on the left and its sd on the right, where the data leave "
        "the slip open: in deep patches, and in neighbours that trade slip.",
        "Maps of the fault in patches: mean slip and its sd, one row for each method.",
        source=csv(result, "slip", "along", "down"),
    )
    return Section("Slip on the fault", "slip", images=(drawn,))


@styled
def slip_maps(part: xr.Dataset) -> Figure:
    """Mean slip of each patch and its sd, a row for each method.

    Parameters
    ----------
    part : xarray.Dataset
        The part `slip`.
    """
    methods = methods_in(part["mean"])
    rows = [("truth", part["truth"], None)] if "truth" in part else []
    rows += [(label_of(m), of_method(part["mean"], m), of_method(part["sd"], m)) for m in methods]
    figure = Figure(figsize=(WIDTH, 1.35 * len(rows) + 0.9))
    axes = figure.subplots(len(rows), 2, squeeze=False, sharex=True, sharey=True)
    means = np.stack([mean.transpose("along", "down").values for _, mean, _ in rows])
    most = float(part["sd"].max()) if part["sd"].notnull().any() else 1.0
    for line, (label, mean, sd) in zip(axes, rows, strict=True):
        left = _patches(line[0], mean, "viridis", (float(means.min()), float(means.max())))
        line[0].set_ylabel("down the dip (km)")
        line[0].set_title(f"{label}, slip" if label == "truth" else f"{label}, mean slip")
        if sd is None or not sd.notnull().any():
            line[1].set_axis_off()
        else:
            right = _patches(line[1], sd, "magma", (0.0, most))
            line[1].set_title(f"{label}, sd")
    axes[-1, 0].set_xlabel("along the strike (km)")
    figure.colorbar(left, ax=axes[:, 0], label="slip (m)", location="bottom", shrink=0.8)
    if part["sd"].notnull().any():
        figure.colorbar(right, ax=axes[:, 1], label="sd (m)", location="bottom", shrink=0.8)
        axes[-1, 1].set_xlabel("along the strike (km)")
    return figure


def _patches(axes, values: xr.DataArray, colours: str, limits: tuple[float, float]):
    """Values of the patches as a picture, the top edge of the fault above."""
    along, down = values["along"].values, values["down"].values
    half = [(side[1] - side[0]) / 2 if len(side) > 1 else 0.5 for side in (along, down)]
    extent = (along[0] - half[0], along[-1] + half[0], down[-1] + half[1], down[0] - half[1])
    drawn = axes.imshow(
        values.transpose("down", "along").values, cmap=colours, vmin=limits[0], vmax=limits[1], extent=extent
    )
    axes.grid(visible=False)
    return drawn


VIEW = View(show)
