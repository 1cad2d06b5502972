"""Figures of the section on data: the inputs of the catalogue."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from reports.marks import class_handles, panels
from reports.figures.run import FigureSpec, Run
from reports.style import CLASS_COLOURS, CLASS_NAMES, shorten, styled, with_unit

BINS = 20
WRITTEN = 12  # inputs up to which the numbers stand in the cells


@styled
def inputs_by_class(catalogue: xr.Dataset) -> Figure:
    """Distribution of each input by class, over all rows.

    Parameters
    ----------
    catalogue : xarray.Dataset
        See `data.make_catalogue`.

    Returns
    -------
    matplotlib.figure.Figure
        Shares of the rows of a class, so that classes of different size can be compared.
    """
    label = catalogue["label"].values
    names, units = catalogue["feature"].values, catalogue["units"].values
    figure, axes = panels(len(names), columns=4, height=1.7)
    for panel, name, unit in zip(axes, names, units, strict=True):
        values = catalogue["features"].sel(feature=name).values
        edges = np.histogram_bin_edges(values[np.isfinite(values)], BINS)
        for one, colour in CLASS_COLOURS.items():
            rows = values[label == one]
            if len(rows):
                shares = np.full(len(rows), 100 / len(rows))
                panel.hist(rows, edges, weights=shares, histtype="stepfilled", color=colour, alpha=0.3)
                panel.hist(rows, edges, weights=shares, histtype="step", color=colour, linewidth=1.4)
        panel.set_xlabel(with_unit(str(name), str(unit)))
        panel.locator_params(axis="x", nbins=4)
        panel.locator_params(axis="y", nbins=4)
    for panel in axes[::4]:
        panel.set_ylabel("rows (%)")
    figure.legend(handles=class_handles(), loc="outside upper left", ncols=2)
    return figure


@styled
def input_correlation(catalogue: xr.Dataset) -> Figure:
    """Rank correlation of every two inputs, over all rows.

    Parameters
    ----------
    catalogue : xarray.Dataset
        See `data.make_catalogue`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    table = correlation(catalogue)
    names = [shorten(name, 16) for name in table["feature"].values.tolist()]
    side = float(np.clip(1.8 + 0.45 * len(names), 3.2, 7.0))
    figure = Figure(figsize=(side + 0.9, side))
    axes = figure.subplots()
    image = axes.imshow(table.values, cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest")
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.grid(visible=False)
    if len(names) <= WRITTEN:
        for (row, column), value in np.ndenumerate(table.values):
            colour = "white" if abs(value) > 0.6 else "#222222"
            axes.text(column, row, f"{value:z.2f}", ha="center", va="center", color=colour, fontsize=9)
    figure.colorbar(image, ax=axes, label="Spearman correlation (1)", shrink=0.8)
    return figure


def correlation(catalogue: xr.Dataset) -> xr.DataArray:
    """Spearman correlation of every two inputs, `(feature, other)`."""
    frame = catalogue["features"].transpose("simulation", "feature").to_pandas()
    names = [str(name) for name in frame.columns]
    return xr.DataArray(frame.corr("spearman").values, {"feature": names, "other": names}, ("feature", "other"))


def _class_caption(run: Run) -> str:
    label = run.catalogue["label"].values
    counts = " and ".join(f"{int((label == one).sum())} of {CLASS_NAMES[one]}" for one in CLASS_COLOURS)
    return (
        f"All {len(label)} rows, training and test: {counts}. Each histogram adds up to 100 % of its class; where the "
        "two differ, the input alone already tells the classes apart."
    )


def _correlation_caption(run: Run) -> str:
    table = correlation(run.catalogue)
    size = np.abs(table.values) * (1 - np.eye(len(table)))
    row, column = np.unravel_index(np.argmax(size), size.shape)
    names = table["feature"].values
    top = f" Strongest: {names[row]} with {names[column]}, {table.values[row, column]:+.2f}." if len(names) > 1 else ""
    return (
        "Strongly coloured cells off the diagonal are inputs that share information: shuffling or varying one of them "
        f"alone makes rows that no simulation would have.{top}"
    )


SPECS = (
    FigureSpec(
        name="inputs_by_class",
        section="data",
        title="Inputs by class",
        draw=lambda run: inputs_by_class(run.catalogue),
        caption=_class_caption,
        alt=lambda run: "A panel an input: histograms of its values in propagation and in arrest rows.",
        table=None,
    ),
    FigureSpec(
        name="input_correlation",
        section="data",
        title="Correlation of the inputs",
        draw=lambda run: input_correlation(run.catalogue) if run.catalogue.sizes["feature"] > 1 else None,
        caption=_correlation_caption,
        alt=lambda run: "Heat map of the rank correlation of every two inputs.",
        table=None,
    ),
)
