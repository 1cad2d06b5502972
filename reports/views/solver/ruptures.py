"""One rupture that breaks through and one that arrests, as they run."""

import io
from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm, SymLogNorm
from matplotlib.figure import Figure
from PIL import Image as Picture

from bayesnet.contract import Result
from reports.content import Image, Section, Table
from reports.html import data_uri, image
from reports.marks import panels
from reports.style import WIDTH, style, styled, with_unit
from reports.view import View, csv
from reports.views.solver import INK, example_colours, name_decades
from reports.words import count, fixed, listed, number

VELOCITY = SymLogNorm(linthresh=0.1, vmin=-3, vmax=3)  # m/s; faint waves are seen beside the rupture
SLIP_RATE = LogNorm(0.01, 10, clip=False)  # m/s
STILLS = 5  # times at which the wave field is shown
STEP = 2  # of the stored times, from frame to frame of the animation
SLOWER = 1.2  # than the ruptures themselves
QUALITY = 75  # of its frames, 100 is best


def show(result: Result) -> Section:
    """Both ruptures: their parameters, slip rates and wave fields, and an animation."""
    piece = result.part("ruptures")
    about = (
        "Of the embedded catalogue, the rupture that arrests in spite of the largest stress drop sxy - mu_d |syy|; and "
        "the one nearest to it in stress and friction that breaks through a barrier at least "
        f"{1e3 * piece.attrs['shown_height']:.0f} m high. Both start at "
        f"x = {fixed(piece.attrs['nucleation_x'], 0)} km; the barrier lies at x = 0, and its left flank restrains."
    )
    moving = Section(
        "Animation",
        "animation",
        paragraphs=("Not shown on paper, nor where less motion is asked for; the frames above show the same.",),
        images=(_animation_image(piece),),
    )
    return Section(
        "Ruptures",
        "ruptures",
        paragraphs=(about,),
        tables=(_example_table(result),),
        images=(_rate_image(result), _wave_image(piece)),
        details=(moving,),
    )


def _example_table(result: Result) -> Table:
    piece = result.part("ruptures")
    rows = [("row of the catalogue", *(count(float(row)) for row in piece["catalogue_row"].values))]
    for parameter, unit in zip(piece["parameter"].values, piece["unit"].values, strict=True):
        values = piece["parameters"].sel(parameter=parameter).values
        rows.append((with_unit(str(parameter), str(unit)), *(number(float(value), 4) for value in values)))
    fastest = {
        "fastest front (km/s)": piece["fastest"],
        "largest slip rate (m/s)": piece["slip_rate"].max(("time", "x")),
    }
    rows += [(name, *(number(float(value)) for value in values)) for name, values in fastest.items()]
    source = csv(result, "ruptures", "rupture", "parameter")
    return Table("The two ruptures", ("", *map(str, piece["rupture"].values)), tuple(rows), source=source)


def _rate_image(result: Result) -> Image:
    piece = result.part("ruptures")
    return image(
        slip_rates(piece),
        "slip-rates",
        "Slip rate against place and time",
        f"{_named(piece)}. The black line is the front, where a node first breaks; dotted lines stand two standard "
        "deviations from the top of the barrier; white is slower than 0.01 m/s.",
        "Two panels of slip rate against place and time. Left the front crosses the barrier and runs on, right it "
        "stops before the top of the barrier and slip dies out.",
        source=csv(result, "ruptures", "rupture", "x"),
        dense=True,
    )


def _wave_image(piece: xr.Dataset) -> Image:
    times = still_times(piece)
    return image(
        wave_frames(piece),
        "wave-frames",
        "Wave field",
        f"Velocity along the fault at {listed([f'{time:.1f}' for time in times])} s; the colours are linear below 0.1 "
        "m/s and logarithmic above, so that faint waves are seen. The black line is the fault, to scale. Stripes as "
        "fine as the grid are numerical.",
        f"Velocity at {len(times)} times, one column per rupture. Left two lobes of motion run with the rupture tip "
        "past the barrier; right the tip stops there and the waves fade.",
        dense=True,
    )


def _animation_image(piece: xr.Dataset) -> Image:
    content, width, height = animation(piece)
    return Image(
        "animation",
        "Two ruptures as they run",
        data_uri("image/webp", content),
        f"{_named(piece)}. Above the slip rate along the fault, below the velocity along the fault, in the colours of "
        f"the frames; it loops and is {SLOWER:g} times slower than the ruptures.",
        "Moving picture of slip rate and wave field of both ruptures: one peak of slip rate runs past the barrier, the "
        "other one stops before it.",
        width,
        height,
        moving=True,
    )


def _named(piece: xr.Dataset) -> str:
    """Which rows are shown, and what is particular to them."""
    said = []
    for name in piece["rupture"].values:
        one = piece.sel(rupture=name)
        height, width = (float(one["parameters"].sel(parameter=which)) for which in ("height", "width"))
        said.append(f"{name}: row {int(one['catalogue_row'])}, barrier {1e3 * height:.0f} m high, {width:.2f} km wide")
    return "; ".join(said).capitalize()


@styled
def slip_rates(ruptures: xr.Dataset) -> Figure:
    """Slip rate against place and time, one panel per rupture.

    Parameters
    ----------
    ruptures : xarray.Dataset
        See `data.rupture.verification.ruptures.measure`.

    Returns
    -------
    matplotlib.figure.Figure
        The line is the front, the dotted ones bound the barrier.
    """
    figure, axes = panels(2, columns=2, height=3.6, sharey=True)
    for panel, name in zip(axes, ruptures["rupture"].values, strict=True):
        one = ruptures.sel(rupture=name)
        rate = one["slip_rate"].where(one["slip_rate"] >= SLIP_RATE.vmin)
        mesh = panel.pcolormesh(one.x, one.time, rate, norm=SLIP_RATE, cmap="viridis_r", shading="nearest")
        mesh.set_rasterized(True)
        panel.plot(one.x, one["rupture_time"].where(np.isfinite(one["rupture_time"])), color=INK, linewidth=0.9)
        width = float(one["parameters"].sel(parameter="width"))
        for edge in (-width, width):
            panel.axvline(edge, color=INK, linewidth=0.9, linestyle=":")
        panel.set(xlabel="x (km)", title=str(name), xlim=(-14, 10), ylim=(0, float(one.time[-1])))
        panel.grid(visible=False)
    axes[0].set_ylabel("time (s)")
    bar = figure.colorbar(mesh, ax=axes, label="slip rate (m/s)", extend="max", shrink=0.9, pad=0.02)
    name_decades(bar.ax.yaxis)
    return figure


@styled
def wave_frames(ruptures: xr.Dataset) -> Figure:
    """Fault-parallel particle velocity around both ruptures at some times, one column per rupture.

    Parameters
    ----------
    ruptures : xarray.Dataset
        See `data.rupture.verification.ruptures.measure`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    names, times = ruptures["rupture"].values, still_times(ruptures)
    figure = Figure(figsize=(WIDTH, 1.35 * len(times) + 0.4))
    axes = figure.subplots(len(times), len(names), sharex=True, sharey=True, squeeze=False)
    for row, time in zip(axes, times, strict=True):
        for panel, name in zip(row, names, strict=True):
            mesh = _waves(panel, ruptures.sel(rupture=name), float(time))
            panel.text(0.02, 0.93, f"{time:.1f} s", transform=panel.transAxes, va="top")
        row[0].set_ylabel("y (km)")
    for panel, name in zip(axes[0], names, strict=True):
        panel.set_title(str(name))
    for panel in axes[-1]:
        panel.set_xlabel("x (km)")
    _velocity_bar(figure, mesh, axes)
    return figure


def still_times(ruptures: xr.Dataset) -> np.ndarray:
    """The stored times at which the wave field is shown (s)."""
    places = np.linspace(0, ruptures.sizes["time"] - 1, STILLS + 1).round().astype(int)[1:]
    return ruptures["time"].values[places]


def animation(ruptures: xr.Dataset) -> tuple[bytes, int, int]:
    """Both ruptures as a moving picture: slip rate along the fault above the wave field.

    Parameters
    ----------
    ruptures : xarray.Dataset
        See `data.rupture.verification.ruptures.measure`.

    Returns
    -------
    content : bytes
        A WebP file that loops.
    width, height : int
        In pixels.
    """
    shown = ruptures.isel(time=slice(None, None, STEP))
    first, *others = _frames(shown)
    milliseconds = round(1000 * SLOWER * float(shown["time"][1] - shown["time"][0]))
    with io.BytesIO() as file:
        options = {"duration": milliseconds, "loop": 0, "quality": QUALITY, "method": 2}
        first.save(file, format="WEBP", save_all=True, append_images=others, **options)
        return file.getvalue(), first.width, first.height


def _frames(ruptures: xr.Dataset) -> Iterator[Picture.Image]:
    """A picture of each stored time; everything that does not move is drawn once."""
    names = ruptures["rupture"].values
    most = 1.05 * float(ruptures["slip_rate"].max())
    with style():
        figure = Figure(figsize=(WIDTH, 3.5), dpi=100)
        canvas = FigureCanvasAgg(figure)
        axes = figure.subplots(2, len(names), sharex=True, sharey="row", height_ratios=(0.7, 1), squeeze=False)
        lines, meshes = [], []
        for panel, below, name, colour in zip(*axes, names, example_colours(ruptures), strict=True):
            one = ruptures.sel(rupture=name)
            lines += panel.plot(one.x, one["slip_rate"][0], color=colour, linewidth=1.4)
            panel.set(title=str(name), ylim=(0, most), xlim=(-14, 10))
            meshes.append(_waves(below, one, float(one.time[0])))
            below.set_xlabel("x (km)")
        axes[0, 0].set_ylabel("slip rate (m/s)")
        axes[1, 0].set_ylabel("y (km)")
        clock = axes[0, -1].text(0.98, 0.93, "", transform=axes[0, -1].transAxes, ha="right", va="top")
        _velocity_bar(figure, meshes[-1], axes)
        moving = [*lines, *meshes, *(fault for panel in axes[1] for fault in panel.lines), clock]
        for artist in moving:
            artist.set_animated(True)
        canvas.draw()
        still = canvas.copy_from_bbox(figure.bbox)
        for time in range(ruptures.sizes["time"]):
            for place, (line, mesh) in enumerate(zip(lines, meshes, strict=True)):
                one = ruptures.isel(rupture=place, time=time)
                line.set_ydata(one["slip_rate"].values)
                mesh.set_array(one["vx"].values)
            clock.set_text(f"{float(ruptures['time'][time]):.1f} s")
            canvas.restore_region(still)
            for artist in moving:
                artist.axes.draw_artist(artist)
            yield Picture.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def _waves(panel: Axes, one: xr.Dataset, time: float) -> QuadMesh:
    """The wave field at a time, with the fault on it."""
    x = np.broadcast_to(one["column_x"].values, one["y"].shape)
    vx = one["vx"].sel(time=time).values
    mesh = panel.pcolormesh(x, one["y"].values, vx, norm=VELOCITY, cmap="RdBu_r", shading="gouraud", rasterized=True)
    panel.plot(one.x, one["trace"], color=INK, linewidth=0.8)
    panel.set(xlim=(float(x.min()), float(x.max())), ylim=(-5, 5), yticks=(-5, 0, 5), aspect="equal")
    panel.grid(visible=False)
    return mesh


def _velocity_bar(figure: Figure, mesh: QuadMesh, axes: np.ndarray) -> None:
    bar = figure.colorbar(mesh, ax=axes, extend="both", pad=0.02, shrink=0.9, aspect=30)
    bar.set_ticks([-3, -1, -0.3, 0, 0.3, 1, 3])
    bar.ax.yaxis.set_major_formatter("{x:g}")
    bar.minorticks_off()
    bar.set_label("velocity along the fault (m/s)")


VIEW = View(show)
