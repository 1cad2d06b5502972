"""Labels of the embedded catalogue on another grid: how many stay, which change and how."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from data.rupture.solver.parameters import stress_drop
from reports.content import Section, Table
from reports.html import image
from reports.marks import class_handles
from reports.style import CLASS_COLOURS, CLASS_NAMES, styled
from reports.view import View, csv
from reports.views.solver import INK
from reports.words import ABSENT, fixed, number, percent


def show(result: Result) -> Section:
    """How many labels a coarser grid keeps, where the others lie, and what finer grids say of them."""
    piece = result.part("labels")
    drawn = image(
        label_map(piece),
        "label-map",
        "Where labels change",
        "All rows simulated again, by stress drop and height of the barrier, in the colour of their stored label; "
        f"rings mark labels that changed on the grid of {_grids(piece)[0]}.",
        f"Squares by stress drop and barrier height; {piece.sizes['differing']} of them ringed.",
        source=csv(result, "labels", "row"),
    )
    return Section("Labels", "labels", paragraphs=tuple(_words(piece)), tables=_changed_table(result), images=(drawn,))


def verdict(result: Result) -> Iterator[str]:
    """How many labels a coarser grid keeps, and which way the others change."""
    yield _kept(result.part("labels"))


def _kept(piece: xr.Dataset) -> str:
    coarse, own = _grids(piece)[:2]
    changed = piece["differing_label"].isel(resolution=0)
    stopped, passed = int((changed == 0).sum()), int((changed == 1).sum())
    share, lower, upper = (percent(float(value)) for value in piece["agreement"])
    others = (
        f"; of the {stopped + passed} that change, {stopped} arrest and {passed} break through on the coarser one"
        if stopped + passed
        else ""
    )
    return (
        f"Of {int(piece['coarse_label'].notnull().sum())} rows of the embedded catalogue, {share} keep their label on "
        f"a grid of {coarse} instead of {own} (95 % interval {lower} to {upper}){others}."
    )


def _words(piece: xr.Dataset) -> Iterator[str]:
    """How many labels stay on the coarser grid and on the own one, and what became of those that change."""
    yield f"{_kept(piece)} The rows were drawn at random."
    remade = piece["remade"].values
    again = int((piece["remade_label"].values == piece["label"].sel(row=remade).values).sum())
    yield (
        f"{remade.size} of them were simulated again on the grid of {_grids(piece)[1]} too: {again} got the stored "
        "label."
    )
    refused = int(piece["coarse_label"].isnull().sum())
    if refused:
        yield f"Rows refused on the coarser grid, because its spacing exceeds their process zone: {refused}."
    if piece.sizes["differing"]:
        yield _changed_words(piece)


def _changed_words(piece: xr.Dataset) -> str:
    """Which label a finer grid gives to the rows that change, and how far their fronts got."""
    coarse, *_, fine = _grids(piece)
    stored = piece["label"].sel(row=piece["differing"].values).values
    confirmed = int((piece["differing_label"].isel(resolution=-1).values == stored).sum())
    tips = piece["differing_tip"].isel(resolution=0)
    return (
        f"On a grid of {fine}, {confirmed} of the {piece.sizes['differing']} rows that change have their stored label. "
        f"On that of {coarse} their fronts got to between x = {fixed(float(tips.min()), 2)} and "
        f"{fixed(float(tips.max()), 2)} km; the barrier lies at x = 0."
    )


def _changed_table(result: Result) -> tuple[Table, ...]:
    piece = result.part("labels")
    if not piece.sizes["differing"]:
        return ()
    drop = dict(zip(piece["row"].values.tolist(), drops(piece).tolist(), strict=True))
    cells = []
    for row in piece["differing"].values:
        one = piece.sel(differing=row)
        columns = (one[f"differing_{name}"].values for name in ("label", "tip", "crossing"))
        ends = [f"{_class(label)}, {_reached(tip, crossing)}" for label, tip, crossing in zip(*columns, strict=True)]
        cells.append((str(row), number(drop[int(row)]), *ends))
    header = ("row", "stress drop (MPa)", *(f"at {grid}" for grid in _grids(piece)))
    note = (
        f"Label 1 if the front passes x = {piece.attrs['crossing']:g} km within {piece.attrs['duration']:g} s; "
        "otherwise the table says how far it got."
    )
    return (Table("Labels that changed", header, tuple(cells), note, csv(result, "labels", "differing", "resolution")),)


def _grids(piece: xr.Dataset) -> list[str]:
    """The coarser grid, the catalogue's own, and finer ones."""
    return [f"{resolution:g} m" for resolution in piece["resolution"].values]


def _class(label: float) -> str:
    return CLASS_NAMES[int(label)] if np.isfinite(label) else ABSENT


def _reached(tip: float, crossing: float) -> str:
    """When a front crossed, or how far it got."""
    if np.isfinite(crossing):
        return f"crossed after {fixed(float(crossing), 2)} s"
    return f"got to {fixed(float(tip), 2)} km"


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


VIEW = View(show, verdict=verdict)
