"""Maps of log permeability by method, with sds, beside the truth, and where they miss it."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from reports.content import Section
from reports.html import image
from reports.maps import Kind, maps, means_and_sds
from reports.marks import methods_in, of_method
from reports.style import label_of, styled
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
from reports.words import fixed, listed, name_of, number, percent

TITLE = "Log permeability"
LEAST = 0.8  # share of the cells that 95 % intervals should hold: neighbours err together, so one map scatters
MOST = 4.0  # sds of the mean's error that the colours reach
COLUMNS = (
    Column("truth inside ↑", "permeability", "covered", show=lambda value: percent(value, 0), key="cells_covered"),
    Column("error of the mean ↓", "permeability", "rmse", show=lambda value: fixed(value, 2), key="permeability_rmse"),
    Column("sd / prior sd", "permeability", "prior_ratio", show=lambda value: fixed(value, 2), key="sd_over_prior"),
    Column("sd / reference's", "permeability", "sd_ratio", show=lambda value: fixed(value, 2), key="sd_over_reference"),
    Column("prior correlation", "permeability", "prior_correlation", show=lambda value: fixed(value, 2)),
)


def _note(part: xr.Dataset) -> str:
    process, lengths = (float(np.nanmax(part[name].values)) for name in ("process_correlation", "lengths"))
    return (
        "Truth inside: share of the cells whose 95 % interval holds it, of one truth, so that it says little: cells "
        "beside each other err together. Error: root mean square over cells. Sds over the prior's and the reference's "
        f"are medians over cells. Prior correlation: of cells half a side apart, {number(lengths, 2)} lengths of the "
        f"process that the truth is drawn from; its own is {fixed(process, 2)}."
    )


def show(result: Result) -> Section | None:
    """Maps, and how near they are to the truth."""
    part = result.part("permeability")
    if part is None:
        return None
    source = csv(result, "permeability", "cell_up", "cell_across")
    images = (
        image(
            field_maps(part),
            "permeability",
            TITLE,
            "Above: the truth, then the mean of every method, all with the same colours. Below: its sd. Dots are the "
            "wells that were fitted to. Heads are held on the left and on the right side; nothing flows through the "
            "others.",
            "Maps of the log permeability: the truth and the mean of every method, then their sds.",
            source=source,
            dense=True,
        ),
        image(
            error_maps(part),
            "permeability-errors",
            "Errors of the mean",
            "Mean minus truth in sds of the method. Where sds can be believed, hardly a cell is beyond two of them.",
            "Maps of the error of the mean in sds, one for each method.",
            source=source,
            dense=True,
        ),
    )
    tables = fits_table(result, TITLE, COLUMNS, note=_note(part), source=csv(result, "permeability"))
    return Section(TITLE, "permeability", tables=tables, images=images)


def _wells(part: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    return part["well_across"].values, part["well_up"].values


@styled
def field_maps(part: xr.Dataset) -> Figure:
    """Mean of every method after the truth, and below their sds.

    Parameters
    ----------
    part : xarray.Dataset
        The part `permeability`.
    """
    return maps(
        means_and_sds(part[["mean", "sd", "truth"]].transpose("method", "cell_up", "cell_across"), "1"), _wells(part)
    )


@styled
def error_maps(part: xr.Dataset) -> Figure:
    """Error of the mean of every method in its own sds.

    Parameters
    ----------
    part : xarray.Dataset
        The part `permeability`.
    """
    errors = ((part["mean"] - part["truth"]) / part["sd"]).transpose("method", "cell_up", "cell_across")
    panels = {label_of(method): of_method(errors, method) for method in methods_in(errors)}
    extend = "both" if float(np.abs(errors).max()) > MOST else "neither"
    return maps([Kind(panels, "RdBu_r", (-MOST, MOST), "error (sds)", extend)], _wells(part))


def verdict(result: Result) -> Iterator[str]:
    """How much of the truth the intervals hold, and how large sds are beside the reference's."""
    shares = {m: find(result, "permeability", "covered", {"method": m}) for m in methods_of(result)}
    told = [f"{percent(share, 0)} with {name_of(m)}" for m, share in shares.items() if share == share]
    if told:
        yield f"95 % intervals of log permeability hold the truth in this share of the cells: {listed(told)}."
    ratios = {m: find(result, "permeability", "sd_ratio", {"method": m}) for m in methods_of(result)}
    told = [f"{number(ratio, 2)} with {name_of(m)}" for m, ratio in ratios.items() if ratio == ratio]
    if told:
        yield f"Its sd is this share of that of {name_of(reference_of(result))}: {listed(told)} (medians over cells)."


def checks(result: Result) -> Iterator[Check]:
    """Whether the intervals of every fit hold the truth."""
    for fit in fits_of(result):
        share = find(result, "permeability", "covered", fit)
        if share != share:
            continue
        name = " of ".join(reversed(named(fit)))
        held = f"hold the true log permeability in {percent(share, 0)} of the cells"
        if share < LEAST:
            said = f"The intervals of {name} are too narrow or beside the truth: they {held}; 95 % are promised."
            yield Check(f"{name}: truth inside 95 % intervals", WARN, said)
        else:
            yield Check(f"{name}: truth inside 95 % intervals", PASS, f"They {held}.")


def show_runs(result: Result) -> Section | None:
    """How near every fit of several runs is to the truth."""
    part = result.part("permeability")
    if part is None or not fits_of(result):
        return None
    tables = fits_table(result, TITLE, COLUMNS, note=_note(part), source=csv(result, "permeability"))
    return Section(TITLE, "permeability", tables=tables)


SUMMARY = tuple(Column("", one.part, one.variable, one.selection, one.show, one.key or one.variable) for one in COLUMNS)
VIEW = View(show, SUMMARY, verdict, checks, across=View(show_runs, SUMMARY, checks=checks))
