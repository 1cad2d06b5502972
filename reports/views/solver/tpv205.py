"""The planar benchmark SCEC TPV205: rupture fronts under refinement, their speed, and mirror symmetry."""

from collections.abc import Iterator

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bayesnet.contract import Result
from data.rupture.verification.checks import fastest
from reports.content import Image, Section, Table
from reports.html import image
from reports.marks import panels
from reports.style import GREY, styled
from reports.view import View, csv
from reports.views.solver import COLOURS, INK, MARKERS, THEORY, example_colours, name_grids
from reports.words import fixed, number

ABOUT = (
    "SCEC TPV205 along its strike in two dimensions (Harris et al. 2009): a planar fault, broken from its middle. The "
    "spacing is that along the fault and of the rows next to it; rows far away stay wide. No curve of another code is "
    "at hand in two dimensions, so the grids are compared with each other."
)
MIRRORED = {"slip": "slip, left and right", "vx": "vx, above and below", "vy": "vy, above and below"}


def show(result: Result) -> Section:
    """Arrivals and speeds of the front on finer and finer grids, and mirror symmetry."""
    return Section(
        "TPV205",
        "tpv205",
        paragraphs=(ABOUT,),
        tables=(_arrival_table(result), _mirror_table(result)),
        images=(_arrival_image(result), _speed_image(result)),
    )


def verdict(result: Result) -> Iterator[str]:
    """How far refinement moves the front, and how fast any front ran."""
    piece = result.part("tpv205")
    finest = piece.isel(resolution=-1, station=-1)
    change = abs(float(finest["arrival"] - piece["arrival"].isel(resolution=-2, station=-1)))
    coarse, fine = (f"{value:g}" for value in piece["resolution"].values[-2:])
    yield (
        f"On the planar benchmark TPV205 the front reaches x = {float(finest.station):g} km after "
        f"{fixed(float(finest['arrival']), 3)} s; refining the grid from {coarse} to {fine} m moved that by "
        f"{number(1e3 * change, 2)} ms. No front ran faster than "
        f"{number(max(float(piece['fastest'].max()), fastest(result.parts)))} km/s; Rayleigh waves run at "
        f"{number(piece.attrs['rayleigh_speed'])} km/s."
    )


def _arrival_table(result: Result) -> Table:
    piece = result.part("tpv205")
    change = 1e3 * piece["arrival"].diff("resolution").reindex(resolution=piece["resolution"])
    cells = []
    for resolution in piece["resolution"].values:
        one, moved = piece.sel(resolution=resolution), change.sel(resolution=resolution)
        pairs = zip(one["arrival"].values, moved.values, strict=True)
        times = [cell for arrival, ms in pairs for cell in (fixed(float(arrival), 3), fixed(float(ms), 1))]
        cells.append((f"{resolution:g} m", *times, number(float(one["fastest"]))))
    stations = piece["station"].values
    arrivals = [word for x in stations for word in (f"arrival at {x:g} km (s)", "change (ms)")]
    header = ("grid spacing", *arrivals, "fastest front (km/s)")
    return Table("Arrival of the front", header, tuple(cells), source=csv(result, "tpv205", "resolution", "station"))


def _mirror_table(result: Result) -> Table:
    asymmetry = result.part("tpv205")["asymmetry"]
    cells = tuple((words, number(float(asymmetry.sel(quantity=name)))) for name, words in MIRRORED.items())
    note = "In double precision, over the largest value."
    header = ("", "largest difference")
    return Table("Mirror symmetry", header, cells, note, csv(result, "tpv205", "quantity"))


def _arrival_image(result: Result) -> Image:
    piece = result.part("tpv205")
    return image(
        front_arrivals(piece),
        "front-arrivals",
        "Rupture front under refinement",
        f"How much later than on the grid of {_finest(piece)} the front arrives. Left: along the fault; zigzags go "
        "from node to node of a coarse grid. Right: at the stations; the dashed line falls with the spacing.",
        f"Left curves of delay against place, one per grid. Right delays at {piece.sizes['station']} stations against "
        "grid spacing.",
        source=csv(result, "tpv205", "resolution", "x"),
    )


def _speed_image(result: Result) -> Image:
    piece = result.part("tpv205")
    near, far = piece.attrs["spreading"]
    return image(
        front_speeds(piece, result.part("ruptures")),
        "front-speeds",
        "Speed of the front",
        f"Over windows of 1 km. Left: TPV205 on the grid of {_finest(piece)}, from {near:g} to {far:g} km on either "
        "side. Right: the two examples with a barrier. Rayleigh waves are the limit of a shear rupture that stays "
        "below the S waves.",
        "Curves of front speed against place, and lines at the speeds of S and Rayleigh waves.",
        source=csv(result, "tpv205", "resolution", "x"),
    )


def _finest(piece: xr.Dataset) -> str:
    return f"{piece['resolution'].values[-1]:g} m"


@styled
def front_arrivals(tpv205: xr.Dataset) -> Figure:
    """How far the rupture front is from that of the finest grid, along the fault and at the stations.

    Parameters
    ----------
    tpv205 : xarray.Dataset
        See `data.rupture.verification.tpv205.measure`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = panels(2, columns=2, height=2.9)
    finest = tpv205.isel(resolution=-1)
    right_half = tpv205.where((tpv205.x >= 0) & (tpv205.x <= tpv205.attrs["spreading"][1]), drop=True)
    coarser = tpv205["resolution"].values[:-1]
    colours = matplotlib.colormaps["viridis"](np.linspace(0.85, 0, len(coarser)))
    late = 1e3 * (tpv205["rupture_time"] - finest["rupture_time"]).sel(x=right_half.x)
    for resolution, colour in zip(coarser, colours, strict=True):
        left.plot(late.x, late.sel(resolution=resolution), color=colour, label=f"{resolution:g} m")
    left.set(xlabel="x (km)", ylabel=f"front later than at {_finest(tpv205)} (ms)")
    left.legend(title="grid spacing", title_fontsize=9)
    for station, colour, marker in zip(tpv205["station"].values, COLOURS, MARKERS, strict=False):
        arrival = 1e3 * tpv205["arrival"].sel(station=station)
        values = abs(arrival - arrival.isel(resolution=-1)).sel(resolution=coarser)
        right.loglog(coarser, values, marker=marker, color=colour, label=f"x = {station:g} km")
    right.loglog(coarser, values[0].item() * coarser / coarser[0], **THEORY, label="order 1")
    right.set(xlabel="grid spacing (m)", ylabel=f"arrival apart from that at {_finest(tpv205)} (ms)")
    name_grids(right, coarser)
    right.legend()
    return figure


@styled
def front_speeds(tpv205: xr.Dataset, ruptures: xr.Dataset) -> Figure:
    """Speed of rupture fronts along the fault beside that of waves.

    Parameters
    ----------
    tpv205, ruptures : xarray.Dataset
        See `measure` of `data.rupture.verification.tpv205` and `ruptures`.

    Returns
    -------
    matplotlib.figure.Figure
        Left the planar benchmark on its finest grid, right the two examples with a barrier.
    """
    figure, (left, right) = panels(2, columns=2, height=2.7, sharey=True)
    near, far = tpv205.attrs["spreading"]
    finest = tpv205["speed"].isel(resolution=-1)
    left.plot(finest.x, finest.where((abs(finest.x) > near) & (abs(finest.x) < far)), color=COLOURS[0])
    left.set(xlabel="x (km)", ylabel="speed of the front (km/s)", title="planar fault (TPV205)", xlim=(-far, far))
    for name, colour, dashes in zip(ruptures["rupture"].values, example_colours(ruptures), ("-", "--"), strict=True):
        speed = ruptures["speed"].sel(rupture=name)
        right.plot(speed.x, speed.where(speed.x > -8), color=colour, linestyle=dashes, label=str(name))
    right.axvline(0, color=GREY, linewidth=0.8, linestyle=":")
    right.set(xlabel="x (km)", title="with a barrier at x = 0", xlim=(-10, 10), ylim=(0, 1.1 * tpv205.attrs["s_speed"]))
    right.legend(loc="lower right")
    for panel in (left, right):
        for name, words, dashes in (("s_speed", "S waves", ":"), ("rayleigh_speed", "Rayleigh waves", "--")):
            panel.axhline(tpv205.attrs[name], color=INK, linewidth=0.9, linestyle=dashes)
            panel.text(0.02, tpv205.attrs[name] + 0.04, words, transform=panel.get_yaxis_transform(), fontsize=9)
        panel.xaxis.set_major_locator(MaxNLocator(5))
    return figure


VIEW = View(show, verdict=verdict)
