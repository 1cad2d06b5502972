"""Coverage over many truths, of the posterior in closed form and of the independent Gaussians nearest to it."""

from collections.abc import Iterator

import xarray as xr

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.view import PASS, WARN, Check, View, csv, is_several
from reports.words import ABSENT, count, fixed, listed, percent

NAMES = {"exact": "exact posterior", "mean_field": "best independent Gaussians"}
NOMINAL, ERRORS = 0.95, 3.0  # what intervals promise; standard errors that the coverage may be off


def _rows(part: xr.Dataset) -> list[tuple[str, ...]]:
    """A row for each posterior and zone."""
    rows = []
    for posterior in part["posterior"].values:
        for zone in part["zone"].values:
            one = part.sel(posterior=posterior, zone=zone)
            share, error, ratio = (float(one[name]) for name in ("covered", "covered_se", "sd_ratio"))
            between = float(one["mean_field_ratio"]) if posterior == "mean_field" else float("nan")
            told = f"{percent(share)} ± {fixed(100 * error, 1)}" if share == share else ABSENT
            rows.append((NAMES[str(posterior)], str(zone), told, fixed(ratio, 2), fixed(between, 2)))
    return rows


def _table(result: Result, rows: list[tuple[str, ...]], *first: str) -> Table:
    header = (*first, "posterior", "zone", "truth inside 95 % intervals", "sd / process sd", "sd / exact sd")
    note = (
        "Share of the cells of a zone, mean over truths that are drawn from the Gaussian process with new noise each, "
        "± its standard error over truths; sds are medians over these cells. The best independent Gaussians are what "
        "mean-field variational inference should find."
    )
    return Table("Coverage over many truths", header, tuple(rows), note, csv(result, "replicates", "posterior", "zone"))


def show(result: Result) -> Section | None:
    """Coverage by posterior and zone."""
    part = result.part("replicates")
    if part is None:
        return None
    said = f"Truth and noise were drawn {count(float(part['truths']))} times; one truth alone says little of coverage."
    return Section("Coverage over many truths", "replicates", (said,), tables=(_table(result, _rows(part)),))


def verdict(result: Result) -> Iterator[str]:
    """How often intervals of both hold the truth in each zone."""
    part = result.part("replicates")
    if part is None:
        return
    told = [
        f"{percent(float(part['covered'].sel(posterior=posterior, zone=zone)), 0)} of it {zone} by the {name}"
        for posterior, name in NAMES.items()
        for zone in part["zone"].values
    ]
    yield (
        f"Over {count(float(part['truths']))} truths 95 % intervals of the slowness hold {listed(told)}, whose sds are "
        f"{fixed(float(part['mean_field_ratio'].sel(zone='in the gap')), 2)} of the exact ones in the gap."
    )


def checks(result: Result) -> Iterator[Check]:
    """Whether the intervals of the exact posterior hold the truth as often as they promise."""
    part = result.part("replicates")
    if part is None or is_several(result):
        return
    one = part.sel(posterior="exact")
    told = listed([f"{percent(float(one['covered'].sel(zone=zone)))} {zone}" for zone in part["zone"].values])
    said = f"95 % intervals of the exact posterior hold the truth in this share of the cells: {told}."
    within = bool((abs(one["covered"] - NOMINAL) <= ERRORS * one["covered_se"]).all())
    yield Check("Coverage over many truths", PASS if within else WARN, said)


def show_runs(result: Result) -> Section | None:
    """Coverage of the closed forms of several runs."""
    part = result.part("replicates")
    if part is None:
        return None
    known = part["covered"].notnull().any(["posterior", "zone"])
    rows = [(str(run), *row) for run in part["run"].values[known.values] for row in _rows(part.sel(run=run))]
    return Section("Coverage over many truths", "replicates", tables=(_table(result, rows, "run"),))


VIEW = View(show, (), verdict, checks, across=View(show_runs))
