"""The difference operator: its errors under refinement, and how well it sums by parts."""

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.html import image
from reports.style import styled
from reports.view import View, csv
from reports.views.solver import COLOURS, MARKERS, THEORY, name_grids
from reports.words import number

ABOUT = (
    "The first derivative is fourth-order inside and second-order in the four rows at each edge. Summation by parts, "
    "Q + Qᵀ = diag(-1, 0, …, 0, 1), repeats integration by parts on the grid, and with it the energy estimate; the "
    "residual is the largest entry of the difference, which may only be rounding."
)
COLUMNS = {
    "sbp_residual": "SBP residual",
    "inner": "error inside",
    "edge": "error at the edges",
    "norm": "error in the SBP norm",
}


def show(result: Result) -> Section:
    """Errors of the derivative of a sine, as a table and as a figure."""
    piece, source = result.part("operators"), csv(result, "operators", "nodes")
    cells = tuple(
        (str(nodes), *(number(float(piece[name].sel(nodes=nodes))) for name in COLUMNS))
        for nodes in piece["nodes"].values
    )
    drawn = image(
        operator_errors(piece),
        "operator-errors",
        "Errors of the derivative",
        "Largest error inside and at the edges, and error in the SBP norm, under refinement; the dashed grey lines, "
        "each through the last point, fall with the order that theory gives.",
        "Three lines of error against nodes, each beside its dashed line of theoretical order.",
        source=source,
    )
    table = Table("Derivative of sin 2πx on [0, 1]", ("nodes", *COLUMNS.values()), cells, source=source)
    return Section("Operators", "operators", paragraphs=(ABOUT,), tables=(table,), images=(drawn,))


@styled
def operator_errors(operators: xr.Dataset) -> Figure:
    """Error of the derivative of a sine under refinement.

    Parameters
    ----------
    operators : xarray.Dataset
        See `data.rupture.verification.operators.measure`.

    Returns
    -------
    matplotlib.figure.Figure
        Inside, at the edges and in the SBP norm; grey lines fall with the order of each.
    """
    names = {"inner": ("inside", 4), "edge": ("edges", 2), "norm": ("SBP norm", 2.5)}
    figure = Figure(figsize=(5.2, 3.2))
    axes = figure.subplots()
    nodes = operators["nodes"].values
    for (name, (words, order)), colour, marker in zip(names.items(), COLOURS, MARKERS, strict=False):
        values = operators[name].values
        axes.loglog(nodes, values[-1] * (nodes[-1] / nodes) ** order, **THEORY)
        axes.loglog(nodes, values, marker=marker, color=colour, label=words)
    axes.plot([], [], **THEORY, label="order 4, 2, 2½")
    axes.set(xlabel="nodes", ylabel="error of the derivative (1)")
    name_grids(axes, nodes)
    figure.legend(loc="outside upper left", ncols=4)
    return figure


VIEW = View(show)
