"""A barrier that is lowered: slip must tend to that of a planar fault."""

import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from data.rupture.verification.checks import fastest
from reports.content import Section, Table
from reports.html import image
from reports.style import styled
from reports.view import View, csv
from reports.views.solver import COLOURS, THEORY, name_decades
from reports.words import fixed, number


def show(result: Result) -> Section:
    """Difference of slip from that of a planar fault, and the fastest front with a barrier."""
    piece, source = result.part("barrier"), csv(result, "barrier", "height")
    drawn = image(
        barrier_limit(piece),
        "barrier-limit",
        "Towards a planar fault",
        "Largest difference of slip from that of a planar fault, over the largest slip, as the barrier is lowered; the "
        "dashed line, through the lowest barrier, is proportional to the height.",
        "A line of slip difference against height, beside a dashed line of proportionality.",
        source=source,
    )
    names = ("height", "slip_difference", "exponent")
    cells = tuple(
        (f"{1e3 * height:g} m", number(float(difference)), fixed(float(exponent), 2))
        for height, difference, exponent in zip(*(piece[name].values for name in names), strict=True)
    )
    header = ("height", "difference of slip", "power of the height")
    table = Table("Lowering the barrier", header, cells, source=source)
    return Section("Barrier", "barrier", paragraphs=_words(result), tables=(table,), images=(drawn,))


def _words(result: Result) -> tuple[str, ...]:
    return (
        "The example that breaks through (next section), its barrier lowered step by step: after "
        f"{number(result.part('barrier').attrs['time'], 2)} s slip must tend to that of a planar fault, in proportion "
        "to the height.",
        f"Among {result.part('labels').sizes['remade']} ruptures of the catalogue and the two examples the fastest "
        f"front ran at {number(fastest(result.parts))} km/s; Rayleigh waves run at "
        f"{number(result.part('tpv205').attrs['rayleigh_speed'])} km/s.",
    )


@styled
def barrier_limit(barrier: xr.Dataset) -> Figure:
    """How slip tends to that of a planar fault as the barrier is lowered.

    Parameters
    ----------
    barrier : xarray.Dataset
        See `data.rupture.verification.barrier.measure`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(5.2, 3.0))
    axes = figure.subplots()
    height, values = 1e3 * barrier["height"].values, barrier["slip_difference"].values
    axes.loglog(height, values[-1] * height / height[-1], **THEORY, label="order 1")
    axes.loglog(height, values, "o-", color=COLOURS[0], label="solver")
    axes.set(xlabel="height of the barrier (m)", ylabel="largest difference of slip (1)")
    name_decades(axes.xaxis)
    name_decades(axes.yaxis)
    axes.legend()
    return figure


VIEW = View(show)
