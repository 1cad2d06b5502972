"""Checks of stored pieces: numbers compared with limits. Nothing here runs or loads the solver.

A nan among the numbers, as from a solution that blew up, is not skipped: it fails its check.
"""

from collections.abc import Mapping

import xarray as xr

from data.checks import Check, at_least, at_most, tabulated


def check_table(pieces: Mapping[str, xr.Dataset]) -> xr.Dataset:
    """Return the checks of all pieces as one dataset that can be stored: see `data.checks.tabulated`."""
    return tabulated([check for group in checks(pieces).values() for check in group])


def checks(pieces: Mapping[str, xr.Dataset]) -> dict[str, tuple[Check, ...]]:
    """Return the checks of all pieces, each with its number and its limit.

    Parameters
    ----------
    pieces : mapping of str to xarray.Dataset
        Stored pieces by their names, see `data.rupture.verification.pieces.PIECES`.

    Returns
    -------
    dict of str to tuple of Check
        By subject, in the order of a report.
    """
    return {
        "operators": _operators(pieces["operators"]),
        "exact": (*_energy(pieces["energy"]), *_exact(pieces["exact"])),
        "tpv205": _tpv205(pieces["tpv205"]),
        "barrier": _barrier(pieces["barrier"], fastest(pieces) / pieces["tpv205"].attrs["rayleigh_speed"]),
        "labels": _labels(pieces["labels"]),
    }


def fastest(pieces: Mapping[str, xr.Dataset]) -> float:
    """Return the speed of the fastest front among all simulated ruptures with a barrier (km/s)."""
    return max(float(pieces[name]["fastest"].max(skipna=False)) for name in ("labels", "ruptures"))


def _operators(piece: xr.Dataset) -> tuple[Check, ...]:
    return (
        at_most("operator", "largest residual of summation by parts", piece["sbp_residual"].max(skipna=False), 1e-13),
        at_least("operator", "order inside", piece["inner_order"][-1], 3.9),
        at_least("operator", "order at the edges", piece["edge_order"][-1], 1.9),
        at_least("operator", "order in the SBP norm", piece["norm_order"][-1], 2.4),
    )


def _energy(piece: xr.Dataset) -> tuple[Check, ...]:
    growth = piece["energy"].diff("step").max(skipna=False)
    return (at_most("locked bump", "largest growth of energy in a time step, over the initial energy", growth, 0.0),)


def _exact(piece: xr.Dataset) -> tuple[Check, ...]:
    finest = piece.isel(spacing=-1)
    slip = abs(piece["slip"] - piece["exact"]).max(skipna=False) / piece["exact"].max()
    return (
        at_least("plane pulse", "lowest order through a locked bump", finest["pulse_order"].min(skipna=False), 2.7),
        at_most(
            "plane pulse", "error on the finest grid, over the amplitude", finest["pulse_error"].max(skipna=False), 5e-4
        ),
        at_most("uniform slip", "largest error, over the final slip", slip, 2e-4),
    )


def _tpv205(piece: xr.Dataset) -> tuple[Check, ...]:
    changes = abs(piece["arrival"].diff("resolution"))
    shrinking = (changes / changes.shift(resolution=1)).isel(resolution=slice(1, None)).max(skipna=False)
    speed = piece["fastest"].max(skipna=False) / piece.attrs["rayleigh_speed"]
    return (
        at_most(
            "TPV205", "asymmetry of slip and waves, over the largest value", piece["asymmetry"].max(skipna=False), 1e-9
        ),
        at_most(
            "TPV205",
            "last change of an arrival under refinement",
            changes.isel(resolution=-1).max(skipna=False),
            0.01,
            "s",
        ),
        at_most("TPV205", "change of an arrival over the change before", shrinking, 0.75),
        at_most("TPV205", "fastest front, over the Rayleigh speed", speed, 1.0),
    )


def _barrier(piece: xr.Dataset, speed: float) -> tuple[Check, ...]:
    return (
        at_most(
            "low barrier", "difference of slip from a planar fault at the lowest", piece["slip_difference"][-1], 2e-3
        ),
        at_least("low barrier", "power of the height that the difference follows", piece["exponent"][-1], 0.9),
        at_most("barrier", "fastest front, over the Rayleigh speed", speed, 1.0),
    )


def _labels(piece: xr.Dataset) -> tuple[Check, ...]:
    stored = piece["label"].sel(row=piece["remade"].values).values
    return (
        at_least("labels", "share that agrees on the coarser grid", piece["agreement"].sel(quantity="share"), 0.95),
        at_least("labels", "share made again on the same grid", (piece["remade_label"].values == stored).mean(), 1.0),
    )
