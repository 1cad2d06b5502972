"""Figures of the rupture solver: its errors, its fronts, and two ruptures as they run.

Each takes a piece of evidence, as `data.rupture.verification` makes it, and draws without loading the solver.
"""

import io
from collections.abc import Iterator

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm, SymLogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from PIL import Image

from data.rupture.solver.parameters import stress_drop
from reports.marks import class_handles, panels
from reports.style import CLASS_COLOURS, GREY, WIDTH, style, styled

INK = "#222222"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")  # Okabe & Ito (2008)
MARKERS = ("o", "s", "D", "^")

VELOCITY = SymLogNorm(linthresh=0.1, vmin=-3, vmax=3)  # m/s; faint waves are seen beside the rupture
SLIP_RATE = LogNorm(0.01, 10, clip=False)  # m/s
STILLS = 5  # times at which the wave field is shown
STEP = 2  # of the stored times, from frame to frame of the animation
SLOWER = 1.2  # than the ruptures themselves
QUALITY = 75  # of its frames, 100 is best


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
        axes.loglog(nodes, values[-1] * (nodes[-1] / nodes) ** order, color=GREY, linewidth=0.8, linestyle="--")
        axes.loglog(nodes, values, marker=marker, color=colour, label=words)
    axes.plot([], [], color=GREY, linewidth=0.8, linestyle="--", label="order 4, 2, 2½")
    axes.set(xlabel="nodes", ylabel="error of the derivative (1)")
    _grids(axes, nodes)
    figure.legend(loc="outside upper left", ncols=4)
    return figure


@styled
def locked_energy(energy: xr.Dataset) -> Figure:
    """Energy of noise around a locked bump over time, a line a noise and a colour a time step.

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
        time = of_cfl["time"].values
        for values in of_cfl["energy"].values:
            left.semilogy(time, values, color=colour, linestyle=dashes, linewidth=1)
            right.semilogy(time[1:], -np.diff(values), color=colour, linestyle=dashes, linewidth=1)
        left.plot([], [], color=colour, linestyle=dashes, label=f"CFL number {cfl:g}")
    left.set(xlabel="time (s)", ylabel="energy, of the initial (1)")
    right.set(xlabel="time (s)", ylabel="lost in a step, of the initial (1)")
    for panel in (left, right):
        _decades(panel.yaxis)
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
    left.loglog(spacing, errors.max() * (spacing / spacing[0]) ** 3, color=GREY, linewidth=0.8, linestyle="--")
    left.plot([], [], color=GREY, linewidth=0.8, linestyle="--", label="order 3")
    left.set(
        xlabel="grid spacing (m)", ylabel="rms error of velocity (m/s)", title="plane pulse of 1 m/s, by direction"
    )
    _grids(left, spacing)
    left.legend(fontsize=9)
    time = exact["time"].values
    right.plot(time, exact["exact"].values, color=INK, linewidth=1, label="exact")
    right.plot(time, exact["slip"].values, "o", color=COLOURS[0], markersize=3.5, label="solver")
    right.set(xlabel="time (s)", ylabel="slip (m)", title="slip everywhere at once")
    right.legend()
    return figure


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
    name = f"{float(finest.resolution):g} m"
    left.set(xlabel="x (km)", ylabel=f"front later than at {name} (ms)")
    left.legend(title="grid spacing", title_fontsize=9)
    for station, colour, marker in zip(tpv205["station"].values, COLOURS, MARKERS, strict=False):
        arrival = 1e3 * tpv205["arrival"].sel(station=station)
        values = abs(arrival - arrival.isel(resolution=-1)).sel(resolution=coarser)
        right.loglog(coarser, values, marker=marker, color=colour, label=f"x = {station:g} km")
    right.loglog(coarser, values[0].item() * coarser / coarser[0], color=GREY, linewidth=0.8, linestyle="--")
    right.plot([], [], color=GREY, linewidth=0.8, linestyle="--", label="order 1")
    right.set(xlabel="grid spacing (m)", ylabel=f"arrival apart from that at {name} (ms)")
    _grids(right, coarser)
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
    for name, colour, dashes in zip(ruptures["rupture"].values, _colours(ruptures), ("-", "--"), strict=True):
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
    axes.loglog(height, values[-1] * height / height[-1], color=GREY, linewidth=0.8, linestyle="--", label="order 1")
    axes.loglog(height, values, "o-", color=COLOURS[0], label="solver")
    axes.set(xlabel="height of the barrier (m)", ylabel="largest difference of slip (1)")
    _decades(axes.xaxis)
    _decades(axes.yaxis)
    axes.legend()
    return figure


@styled
def slip_rates(ruptures: xr.Dataset) -> Figure:
    """Slip rate against place and time, a panel a rupture.

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
    _decades(bar.ax.yaxis)
    return figure


@styled
def wave_frames(ruptures: xr.Dataset) -> Figure:
    """Fault-parallel particle velocity around both ruptures at some times, a column a rupture.

    Parameters
    ----------
    ruptures : xarray.Dataset
        See `data.rupture.verification.ruptures.measure`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    names, times = ruptures["rupture"].values, still_times(ruptures)
    figure = Figure(figsize=(WIDTH, 1.65 * len(times) + 0.4))
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


def _frames(ruptures: xr.Dataset) -> Iterator[Image.Image]:
    """A picture a stored time; everything that does not move is drawn once."""
    names = ruptures["rupture"].values
    most = 1.05 * float(ruptures["slip_rate"].max())
    with style():
        figure = Figure(figsize=(WIDTH, 3.5), dpi=100)
        canvas = FigureCanvasAgg(figure)
        axes = figure.subplots(2, len(names), sharex=True, sharey="row", height_ratios=(0.7, 1), squeeze=False)
        lines, meshes = [], []
        for panel, below, name, colour in zip(*axes, names, _colours(ruptures), strict=True):
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
            yield Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def _waves(panel: Axes, one: xr.Dataset, time: float) -> QuadMesh:
    """The wave field at a time, with the fault on it."""
    x = np.broadcast_to(one["column_x"].values, one["y"].shape)
    vx = one["vx"].sel(time=time).values
    mesh = panel.pcolormesh(x, one["y"].values, vx, norm=VELOCITY, cmap="RdBu_r", shading="gouraud", rasterized=True)
    panel.plot(one.x, one["trace"], color=INK, linewidth=0.8)
    panel.set(xlim=(float(x.min()), float(x.max())), ylim=(-5, 5))
    panel.grid(visible=False)
    return mesh


def _velocity_bar(figure: Figure, mesh: QuadMesh, axes: np.ndarray) -> None:
    bar = figure.colorbar(mesh, ax=axes, extend="both", pad=0.02, shrink=0.9, aspect=30)
    bar.set_ticks([-3, -1, -0.3, 0, 0.3, 1, 3])
    bar.ax.yaxis.set_major_formatter("{x:g}")
    bar.minorticks_off()
    bar.set_label("velocity along the fault (m/s)")


@styled
def label_map(labels: xr.Dataset) -> Figure:
    """Rows simulated again by stress drop and height of the barrier; rings mark those whose label changed.

    Parameters
    ----------
    labels : xarray.Dataset
        See `data.rupture.verification.labels.measure`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(5.8, 3.8))
    axes = figure.subplots()
    drop, height = drops(labels), 1e3 * labels["parameters"].sel(parameter="height")
    changed = np.isin(labels["row"].values, labels["differing"].values)
    for value, colour in CLASS_COLOURS.items():
        of_class = (labels["label"] == value).values
        axes.plot(drop[of_class], height[of_class], "s", color=colour, markersize=4, alpha=0.8)
        ringed = of_class & changed
        axes.plot(drop[ringed], height[ringed], "o", color=colour, markeredgecolor=INK, markersize=9, zorder=3)
    axes.set(xlabel="stress drop sxy - mu_d |syy| (MPa)", ylabel="height of the barrier (m)")
    ring = Line2D([], [], color=INK, marker="o", linestyle="", fillstyle="none", markersize=9, label="label changed")
    figure.legend(handles=[*class_handles(), ring], loc="outside upper left", ncols=3)
    return figure


def drops(labels: xr.Dataset) -> np.ndarray:
    """Stress drops of the rows (MPa), of shape (row,)."""
    return stress_drop({name: labels["parameters"].sel(parameter=name).values for name in ("sxy", "mu_d", "syy")})


def _colours(ruptures: xr.Dataset) -> list[str]:
    """Colours of the examples: those of their classes."""
    return [CLASS_COLOURS[int(label)] for label in ruptures["label"].values]


def _grids(axes: Axes, values: np.ndarray) -> None:
    """Name the grids along a logarithmic x axis, and powers of ten along y."""
    axes.set_xticks(values, [f"{value:g}" for value in values])
    axes.xaxis.minorticks_off()
    _decades(axes.yaxis)


def _decades(axis: Axis) -> None:
    """Name the powers of ten of a logarithmic axis without mathematical markup, which the style leaves alone."""
    low, high = sorted(axis.get_view_interval())
    steps = (1.0,) if high / low > 100 else (1.0, 2.0, 5.0)
    axis.set_major_locator(LogLocator(subs=steps))
    axis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(value)))
    axis.set_minor_formatter(NullFormatter())


def degrees(angle: float) -> str:
    """An angle (rad) in whole degrees."""
    return f"{np.degrees(angle):.0f}°".replace("-", "\N{MINUS SIGN}")


def power_of_ten(value: float) -> str:
    """A tick of a logarithmic axis as plain text.

    >>> power_of_ten(1e-7), power_of_ten(0.02)
    ('10⁻⁷', '0.02')
    """
    if 1e-2 <= value < 1e4:
        return f"{value:g}"
    mantissa, exponent = f"{value:.0e}".split("e")
    power = "10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return power if mantissa == "1" else f"{mantissa}·{power}"
