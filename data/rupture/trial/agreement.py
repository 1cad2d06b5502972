"""Agreement of the published labels with this project's solver, block by block, and the rows where they disagree."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from data.rupture.trial.answers import COMMON
from data.rupture.trial.rows import LOST, count_by_block, near, share

#: Agreement that rows whose labels are in order should reach.
GOAL = 0.98

#: Why a simulation of label 0 ended while its front was still creeping.
CREEPING = ("late", "time")


def agreement(simulations: xr.Dataset) -> xr.Dataset:
    """Return how often labels and answers are equal.

    Parameters
    ----------
    simulations : xarray.Dataset
        From `join`.

    Returns
    -------
    xarray.Dataset
        Over `block`, `labelling` and `dc`: `rows` with a known label, `near` the threshold among them, `agreeing` ones,
        `passed_only_here` and `passed_only_there` (label 1 by one side only), `share` agreeing with its interval
        (`lower`, `upper`), and `chance`, the share that would agree if labels were exchanged among the rows of the
        block. Attribute `goal`: the share that rows whose labels are in order should reach.
    """
    label, answer = simulations["label"], simulations["answer"]
    known = np.isfinite(label) & np.isfinite(answer)
    rows = count_by_block(known)
    agreeing = count_by_block(known & (label == answer))
    here, there = (count_by_block(known & (side == 1)) / rows for side in (answer, label))
    counts = {
        "rows": rows,
        "near": count_by_block(known & near(simulations)),
        "agreeing": agreeing,
        "passed_only_here": count_by_block(known & (answer > label)),
        "passed_only_there": count_by_block(known & (answer < label)),
        "chance": here * there + (1 - here) * (1 - there),
        **share(agreeing, rows),
    }
    return xr.Dataset(counts, attrs={"goal": GOAL})


def disputed(simulations: xr.Dataset) -> xr.Dataset:
    """Return how often the solver sides with the repair where that changes the label.

    Parameters
    ----------
    simulations : xarray.Dataset
        From `join`.

    Returns
    -------
    xarray.Dataset
        Over `dc`: disputed `rows`, those `with_repair`, and their `share` with its interval.
    """
    printed, repaired = (simulations["label"].sel(labelling=name, drop=True) for name in ("printed", "repaired"))
    changed = np.isfinite(repaired) & (printed != repaired) & np.isfinite(simulations["answer"])
    sided = (changed & (simulations["answer"] == repaired)).sum("simulation")
    rows = changed.sum("simulation")
    return xr.Dataset({"rows": rows, "with_repair": sided, **share(sided, rows)})


def endings(simulations: xr.Dataset) -> xr.Dataset:
    """Return how the simulations with dc = 0.4 m ended where the (repaired) labels agree, and where they do not.

    Parameters
    ----------
    simulations : xarray.Dataset
        From `join`.

    Returns
    -------
    xarray.Dataset
        Over `verdict` ("agrees", "disagrees") and `ending` ("creeping": ended while the front still moved, but too
        slowly; "stalled"; "passed"; and "near": of whatever end, but close to the threshold, see `near`): number of
        `rows` out of `of`, and their `share` with its interval.
    """
    rows = with_verdict(simulations)
    marks = {
        "creeping": rows["reason"].isin(CREEPING),
        "stalled": rows["reason"] == "stalled",
        "passed": rows["reason"] == "passed",
        "near": near(rows),
    }
    group = _stacked({verdict: rows["verdict"] == verdict for verdict in ("agrees", "disagrees")}, "verdict")
    counts = (group & _stacked(marks, "ending")).sum("simulation")
    of = group.sum("simulation").broadcast_like(counts)
    return xr.Dataset({"rows": counts, "of": of, **share(counts, of)})


def _stacked(parts: Mapping[str, xr.DataArray], dim: str) -> xr.DataArray:
    """Return arrays stacked along a new dimension, by their names."""
    return xr.concat(list(parts.values()), dim).assign_coords({dim: list(parts)})


def disagreements(simulations: xr.Dataset) -> xr.Dataset:
    """Return the rows whose (repaired) label is not what the solver says with dc = 0.4 m, in their order.

    Parameters
    ----------
    simulations : xarray.Dataset
        From `join`.

    Returns
    -------
    xarray.Dataset
        Over `simulation`, with the coordinates and variables of `join` for these labels and this dc.
    """
    rows = with_verdict(simulations)
    return rows.isel(simulation=np.flatnonzero(rows["verdict"] == "disagrees"))


def with_verdict(simulations: xr.Dataset) -> xr.Dataset:
    """Return the rows of known (repaired) label with the answers for dc = 0.4 m, and whether the two are the same."""
    rows = simulations.sel(labelling="repaired", dc=COMMON, drop=True)
    rows = rows.isel(simulation=np.flatnonzero(np.isfinite(rows["label"])))
    verdict = np.where(rows["label"] == rows["answer"], "agrees", "disagrees")
    return rows.assign(verdict=("simulation", verdict))


def restored(simulations: xr.Dataset) -> xr.Dataset:
    """Return the rows whose labels are lost, with the solver's answers.

    Parameters
    ----------
    simulations : xarray.Dataset
        From `join`.

    Returns
    -------
    xarray.Dataset
        Over `simulation` and `dc`: the variables of `join` and `near`, whether the rupture is close to the threshold.
        Attributes: `near` rows with dc = 0.4 m, and `expected_wrong`, that number times the share of near rows of known
        label in which the solver is wrong.
    """
    lost = simulations.isel(simulation=np.flatnonzero(simulations["block"] == LOST)).drop_dims("labelling")
    known = with_verdict(simulations)
    wrong = float((known["verdict"] == "disagrees").values[near(known).values].mean())
    count = int(near(lost).sel(dc=COMMON).sum())
    return lost.assign(near=near(lost).astype(np.int8)).assign_attrs(near=count, expected_wrong=count * wrong)
