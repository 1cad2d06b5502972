"""Maps of velocity and strain rate by method, with their sds, beside the truth, and how often they hold it."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Image, Section
from reports.html import image
from reports.maps import maps, means_and_sds
from reports.marks import of_method
from reports.style import WIDTH, styled
from reports.view import (
    PASS,
    WARN,
    Check,
    Column,
    View,
    csv,
    find,
    fits_of,
    fits_table,
    methods_of,
    named,
    reference_of,
)
from reports.words import listed, name_of, number, percent

ARROW = 0.25  # of the map's width: length of the longest arrow
SHOWN = ("dilatation", "shear")
LEAST = 0.85  # share of the map that 95 % intervals should hold: neighbours err together, so one map scatters
COVERED = tuple(
    Column(f"{field.replace('_', ' ')} inside", "strain", "covered", {"field": field}, percent, key=f"{field}_covered")
    for field in ("velocity_east", "velocity_north", *SHOWN)
)
NEAR = tuple(
    Column(f"{field} near the source", "strain", "covered_near", {"field": field}, percent, key=f"{field}_covered_near")
    for field in SHOWN
)
NOTE = (
    "Share of a lattice of places over the area where the truth is within 1.96 sds of the mean: 95 % where an sd can "
    "be believed. Neighbouring places err together, so one map can be some per cent off by chance. Near: within 25 km "
    "of the source that inflates."
)


def show(result: Result) -> Section | None:
    """Velocities of the reference, strain rates by method, and coverage of the truth."""
    part = result.part("strain")
    if part is None:
        return None
    images = (_velocities(result, part), *(_maps(result, part, field) for field in SHOWN))
    tables = fits_table(
        result, "Truth inside 95 % intervals", (*COVERED, *NEAR), note=NOTE, source=csv(result, "strain", "field")
    )
    return Section("Strain rate", "strain-rate", tables=tables, images=images)


def _velocities(result: Result, part: xr.Dataset) -> Image:
    method = reference_of(result)
    length = float(np.hypot(*part["observed"].transpose("component", "station").values).max())
    return image(
        velocity_maps(part, method),
        "velocities",
        "Velocities: data, model and residual",
        f"Arrows of the training stations, the longest {number(length, 2)} mm/yr; the model is the mean of "
        f"{name_of(method)}; residuals are enlarged {_enlarged(part, method):g} times. Residuals of a model that "
        "explains the data look like noise.",
        "Three maps of arrows: observed velocity, velocity of the model, and their difference.",
        source=csv(result, "strain", "station", "component"),
    )


def _maps(result: Result, part: xr.Dataset, field: str) -> Image:
    truth = "the truth, then " if "truth" in part else ""
    return image(
        field_maps(part, field),
        f"strain-{field}",
        f"{field.capitalize()} rate",
        f"Above: {truth}the mean of every method, in {_unit(part, field)}, all with the same colours. Below: its sd "
        "where a method has one. Dots are the training stations, axes east and north in km.",
        f"Maps of the {field} rate: the truth and the mean of every method, then their sds.",
        source=csv(result, "strain", "field", "north", "east"),
        dense=True,
    )


def _unit(part: xr.Dataset, field: str) -> str:
    return str(part["units"].sel(field=field).item())


@styled
def velocity_maps(part: xr.Dataset, method: str) -> Figure:
    """Arrows of the observed velocity, of that of a method and of the residual.

    Parameters
    ----------
    part : xarray.Dataset
        The part `strain`.
    method : str
    """
    observed, residual = part["observed"], of_method(part["residual"], method)
    factor = _enlarged(part, method)
    figure = Figure(figsize=(WIDTH, 3.0))
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    east, north = part["station_east"].values, part["station_north"].values
    length = float(np.hypot(*observed.transpose("component", "station").values).max()) / (ARROW * np.ptp(east))
    titles = ("data", "model", f"residual, {factor:g} times")
    for panel, values, title in zip(axes, (observed, observed - residual, factor * residual), titles, strict=True):
        arrows = (values.sel(component=name).values for name in ("east", "north"))
        panel.quiver(east, north, *arrows, angles="xy", scale_units="xy", scale=length, width=0.006, color="#222222")
        panel.set(title=title, xlabel="east (km)", aspect="equal")
        panel.grid(visible=False)
    axes[0].set_ylabel("north (km)")
    return figure


def _enlarged(part: xr.Dataset, method: str) -> float:
    """A power of ten times 1, 2 or 5 by which the largest residual is no longer than the longest arrow."""
    wanted = float(np.abs(part["observed"]).max() / np.abs(of_method(part["residual"], method)).max())
    steps = [step * 10**power for power in range(4) for step in (1, 2, 5)]
    return float(max([step for step in steps if step <= wanted], default=1))


@styled
def field_maps(part: xr.Dataset, field: str) -> Figure:
    """Mean of a field by every method, after the truth, and below their sds.

    Parameters
    ----------
    part : xarray.Dataset
        The part `strain`.
    field : str
    """
    known = ["mean", "sd", *(["truth"] if "truth" in part else [])]
    one = part[known].sel(field=field, drop=True).transpose("method", "north", "east")
    dots = part["station_east"].values, part["station_north"].values
    return maps(means_and_sds(one, _unit(part, field)), dots)


def verdict(result: Result) -> Iterator[str]:
    """How much of the map each method's intervals hold."""
    told = []
    for method in methods_of(result):
        shares = [find(result, "strain", "covered", {"method": method, "field": field}) for field in SHOWN]
        if all(share == share for share in shares):
            told.append(f"{percent(shares[0], 0)} and {percent(shares[1], 0)} with {name_of(method)}")
    if told:
        yield f"95 % intervals of dilatation and shear hold the truth over this share of the map: {listed(told)}."
    method = reference_of(result)
    near = [find(result, "strain", "covered_near", {"method": method, "field": field}) for field in SHOWN]
    if all(share == share for share in near):
        yield (
            f"Within 25 km of the source that inflates it is {percent(near[0], 0)} of the dilatation and "
            f"{percent(near[1], 0)} of the shear with {name_of(method)}."
        )


def checks(result: Result) -> Iterator[Check]:
    """Whether the intervals of the strain rates hold the truth."""
    for fit in fits_of(result):
        name = " of ".join(reversed(named(fit)))
        shares = {
            f"{field}{where}": find(result, "strain", variable, fit | {"field": field})
            for variable, where in (("covered", " over the map"), ("covered_near", " near the source"))
            for field in SHOWN
        }
        if any(share != share for share in shares.values()):
            continue
        low = [f"{percent(share, 0)} of the {field}" for field, share in shares.items() if share < LEAST]
        title = f"{name}: truth inside 95 % intervals"
        if low:
            said = f"The intervals of {name} are too narrow: they hold {listed(low)} where 95 % are promised."
            yield Check(title, WARN, said)
        else:
            yield Check(title, PASS, f"They hold at least {percent(LEAST, 0)} of the map, and near the source.")


def show_runs(result: Result) -> Section | None:
    """Coverage of the truth by every fit of several runs."""
    tables = fits_table(
        result, "Truth inside 95 % intervals", (*COVERED, *NEAR), note=NOTE, source=csv(result, "strain", "field")
    )
    return Section("Strain rate", "strain-rate", tables=tables) if tables else None


VIEW = View(show, (), verdict, checks, across=View(show_runs, (), checks=checks))
