"""Heads in wells: observed beside expected, and what is left over, by method."""

import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from reports.content import Section
from reports.html import image
from reports.maps import lattice_map
from reports.marks import methods_in, of_method, panels
from reports.style import GREY, WIDTH, colour_of, label_of, styled
from reports.view import Column, View, csv, fits_table, reference_of
from reports.words import fixed, name_of, number

TITLE = "Heads"
COLUMNS = (
    Column("residual, fitted wells", "heads", "fitted_rms", show=lambda value: fixed(value, 2), key="fitted_residual"),
    Column("residual, held out ↓", "heads", "rms", show=lambda value: fixed(value, 2), key="held_out_residual"),
)
NOTE = (
    "Root mean square of observed minus expected heads, in sds of their noise. Where heads are explained it is "
    "about 1, less for wells that were fitted to, more for others by the sd of the posterior."
)
MOST = 3.0  # sds of the noise that the colours of residuals reach


def show(result: Result) -> Section | None:
    """Heads on a map of the reference, residuals of every method, and how large they are."""
    part = result.part("heads")
    if part is None:
        return None
    method = reference_of(result)
    source = csv(result, "heads", "well")
    images = (
        image(
            head_maps(part, method),
            "heads",
            "Heads: data, model and residual",
            f"Left: heads observed in wells on the mean head of {name_of(method)}, with the same colours: dots that do "
            "not stand out are explained. Right: observed minus expected, in sds of the noise. Squares are held out.",
            "Two maps with the wells: heads, and their residuals.",
            source=source,
            dense=True,
        ),
        image(
            residuals(part),
            "head-residuals",
            "Residuals of heads",
            f"Observed minus expected head by the expected one. Filled: held out, with a line of two sds of what it "
            f"should scatter by, noise and posterior together; open: fitted to. The noise is "
            f"{number(float(part['noise']), 2)}.",
            "One panel per method: dots of residuals about zero.",
            source=source,
        ),
    )
    tables = fits_table(result, "Residuals of heads", COLUMNS, note=NOTE, source=csv(result, "heads"))
    return Section(TITLE, "heads", tables=tables, images=images)


def show_runs(result: Result) -> Section | None:
    """How large residuals of every fit of several runs are."""
    tables = fits_table(result, "Residuals of heads", COLUMNS, note=NOTE, source=csv(result, "heads"))
    return Section(TITLE, "heads", tables=tables) if tables else None


@styled
def head_maps(part: xr.Dataset, method: str) -> Figure:
    """Observed heads on the expected ones, and residuals, on maps.

    Parameters
    ----------
    part : xarray.Dataset
        The part `heads`.
    method : str
    """
    one = of_method(part, method)
    figure = Figure(figsize=(WIDTH, 3.4))
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    model = one["model"].transpose("cell_up", "cell_across")
    limits = float(model.min()), float(model.max())
    drawn = lattice_map(left, model, "viridis", limits)
    lattice_map(right, 0 * model, "Greys", (0.0, 10.0))
    for prefix, marker in (("fitted_", "o"), ("", "s")):
        place = part[f"{prefix}across"].values, part[f"{prefix}up"].values
        edge = {"marker": marker, "edgecolors": "#222222", "linewidths": 0.5, "s": 26}
        left.scatter(*place, c=part[f"{prefix}observed"].values, cmap="viridis", vmin=limits[0], vmax=limits[1], **edge)
        over = one[f"{prefix}residual"].values / float(part["noise"])
        points = right.scatter(*place, c=over, cmap="RdBu_r", vmin=-MOST, vmax=MOST, **edge)
    figure.colorbar(drawn, ax=left, label="head (1)", shrink=0.8)
    figure.colorbar(points, ax=right, label="residual (sds of the noise)", shrink=0.8, extend="both")
    left.set_title(f"{label_of(method)}, mean head")
    right.set_title("residual")
    return figure


@styled
def residuals(part: xr.Dataset) -> Figure:
    """Residuals of heads by the expected head.

    Parameters
    ----------
    part : xarray.Dataset
        The part `heads`.
    """
    methods = methods_in(part["residual"])
    figure, axes = panels(len(methods), columns=3, height=2.1, sharex=True, sharey=True)
    for panel, method in zip(axes, methods, strict=True):
        one, colour = of_method(part, method), colour_of(method)
        panel.axhline(0, color=GREY, linewidth=0.8)
        x, residual, wide = (one[name].values for name in ("expected", "residual", "expected_sd"))
        panel.vlines(x, residual - 2 * wide, residual + 2 * wide, color=colour, linewidth=0.8, alpha=0.6)
        panel.plot(x, residual, "o", color=colour, markersize=3)
        fitted = one["fitted_expected"].values, one["fitted_residual"].values
        panel.plot(*fitted, "o", color=colour, markersize=4, fillstyle="none")
        panel.set_title(label_of(method))
        panel.set_xlabel("expected head (1)")
    axes[0].set_ylabel("residual (1)")
    kinds = {"held out": "full", "fitted to": "none"}
    handles = [Line2D([], [], color=GREY, marker="o", linestyle="", fillstyle=f, label=n) for n, f in kinds.items()]
    figure.legend(handles=handles, loc="outside upper right", ncols=2)
    return figure


SUMMARY = tuple(Column("", one.part, one.variable, one.selection, one.show, one.key) for one in COLUMNS)
VIEW = View(show, SUMMARY, across=View(show_runs, SUMMARY))
