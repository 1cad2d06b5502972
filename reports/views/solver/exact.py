"""Energy that may not grow around a locked fault, and two exact solutions."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Image, Section, Table
from reports.html import image
from reports.marks import panels
from reports.style import styled
from reports.view import View, csv
from reports.views.solver import COLOURS, INK, MARKERS, THEORY, name_decades, name_grids
from reports.words import MINUS, fixed, number


def show(result: Result) -> Section:
    """The pieces `energy` and `exact`."""
    steps = result.part("energy").sizes["step"] - 1
    return Section(
        "Energy and exact solutions",
        "exact",
        paragraphs=(
            "Around a locked fault with a bump steeper than any of the catalogue, random noise on every node must lose "
            f"energy in each of {steps} time steps: nothing feeds it, and waves leave through the outer faces.",
            "A plane P pulse crosses a curved, locked fault as if nothing were there, which tests the sheared mesh "
            "and the coupling of the blocks. A planar fault that slips everywhere at once sends out two plane S waves, "
            "and its slip has a closed form: exponential while it weakens, linear after.",
        ),
        tables=(_pulse_table(result),),
        images=(_energy_image(result), _exact_image(result)),
    )


def _pulse_table(result: Result) -> Table:
    piece = result.part("exact")
    cells = []
    for angle in piece["angle"].values:
        one = piece.sel(angle=angle)
        errors = [number(float(error)) for error in one["pulse_error"].values]
        cells.append((degrees(float(angle)), *errors, fixed(float(one["pulse_order"][-1]), 2)))
    spacings = [f"error at {1e3 * spacing:g} m (m/s)" for spacing in piece["spacing"].values]
    header = ("direction of the pulse", *spacings, "last order")
    source = csv(result, "exact", "angle", "spacing")
    return Table("Plane pulse through a locked bump", header, tuple(cells), source=source)


def _energy_image(result: Result) -> Image:
    piece = result.part("energy")
    return image(
        locked_energy(piece),
        "locked-energy",
        "Energy of noise around a locked bump",
        f"Each CFL number was tried with {piece.sizes['noise']} draws of noise. Left: the energy. Right: what a time "
        "step takes from it. A gain could not be drawn on the logarithmic axis; the check of energy counts it.",
        "Curves of energy against time, and of the loss in each time step, on logarithmic axes.",
        source=csv(result, "energy", "cfl", "noise", "step"),
        dense=True,
    )


def _exact_image(result: Result) -> Image:
    return image(
        exact_solutions(result.part("exact")),
        "exact-solutions",
        "Exact solutions",
        "Left: the error of a plane pulse through a locked bump under refinement, by direction of travel from the "
        "fault; the dashed line falls with the third power. Right: the slip of a fault that slips everywhere at once, "
        "beside the exact slip.",
        "Left lines of error against grid spacing, one per direction; right computed slip and the exact curve.",
        source=csv(result, "exact", "angle", "spacing"),
    )


@styled
def locked_energy(energy: xr.Dataset) -> Figure:
    """Energy of noise around a locked bump over time, one line per draw of noise and one colour per CFL number.

    Parameters
    ----------
    energy : xarray.Dataset
        See `data.rupture.verification.energy.measure`.

    Returns
    -------
    matplotlib.figure.Figure
        Left the energy, right what each time step takes from it.
    """
    figure, (left, right) = panels(2, columns=2, height=2.7)
    for cfl, colour, dashes in zip(energy["cfl"].values, COLOURS, ("-", "--", ":", "-."), strict=False):
        of_cfl = energy.sel(cfl=cfl)
        time, line = of_cfl["time"].values, {"color": colour, "linestyle": dashes}
        for values in of_cfl["energy"].values:
            left.semilogy(time, values, **line, linewidth=1)
            right.semilogy(time[1:], -np.diff(values), **line, linewidth=1)
        left.plot([], [], **line, label=f"CFL number {cfl:g}")
    left.set(xlabel="time (s)", ylabel="energy, of the initial (1)")
    right.set(xlabel="time (s)", ylabel="lost in a step, of the initial (1)")
    for panel in (left, right):
        name_decades(panel.yaxis)
    figure.legend(loc="outside upper left", ncols=4)
    return figure


@styled
def exact_solutions(exact: xr.Dataset) -> Figure:
    """Errors against the exact plane pulse under refinement, and slip everywhere at once beside the exact slip.

    Parameters
    ----------
    exact : xarray.Dataset
        See `data.rupture.verification.exact.measure`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = panels(2, columns=2, height=3.0)
    spacing = 1e3 * exact["spacing"].values
    errors = exact["pulse_error"].transpose("angle", "spacing").values
    for angle, values, colour, marker in zip(exact["angle"].values, errors, COLOURS, MARKERS, strict=False):
        left.loglog(spacing, values, marker=marker, color=colour, label=degrees(angle))
    left.loglog(spacing, errors.max() * (spacing / spacing[0]) ** 3, **THEORY, label="order 3")
    left.set(
        xlabel="grid spacing (m)", ylabel="rms error of velocity (m/s)", title="plane pulse of 1 m/s, by direction"
    )
    name_grids(left, spacing)
    left.legend(fontsize=9)
    time = exact["time"].values
    right.plot(time, exact["exact"].values, color=INK, linewidth=1, label="exact")
    right.plot(time, exact["slip"].values, "o", color=COLOURS[0], markersize=3.5, label="solver")
    right.set(xlabel="time (s)", ylabel="slip (m)", title="slip everywhere at once")
    right.legend()
    return figure


def degrees(angle: float) -> str:
    """An angle (rad) in whole degrees."""
    return f"{np.degrees(angle):.0f}°".replace("-", MINUS)


VIEW = View(show)
