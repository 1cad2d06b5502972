"""Errors of the difference operator, their orders of convergence, and how well it sums by parts."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from data.rupture.solver.operators import derivative_matrix, norm
from data.rupture.verification.convergence import observed_order


def measure(nodes: Sequence[int]) -> xr.Dataset:
    """Measure the errors of the difference operator, their orders, and how well it sums by parts.

    Parameters
    ----------
    nodes : sequence of int
        Numbers of nodes of the grids.

    Returns
    -------
    xarray.Dataset
        `inner`, `edge`, `norm` (see `operator_errors`), `sbp_residual` and `<error>_order` over `nodes`; the
        order of the first is nan.
    """
    errors = operator_errors(nodes)
    orders = {f"{name}_order": observed_order(error) for name, error in errors.items()}
    return errors.assign(sbp_residual=sbp_residuals(nodes)).merge(xr.Dataset(orders), join="outer")


def operator_errors(nodes: Sequence[int] = (41, 81, 161, 321)) -> xr.Dataset:
    """Return the errors of the derivative of sin(2 pi x) on [0, 1].

    Returns
    -------
    xarray.Dataset
        `inner` and `edge`, the largest errors inside and in the four rows at each edge, and `norm`, the error in the
        SBP norm, over `nodes`.
    """
    rows = []
    for n in nodes:
        x = np.linspace(0, 1, n)
        error = derivative_matrix(n) @ np.sin(2 * np.pi * x) * (n - 1) - 2 * np.pi * np.cos(2 * np.pi * x)
        size = np.abs(error)
        rows.append([size[4:-4].max(), max(size[:4].max(), size[-4:].max()), np.sqrt(norm(n) / (n - 1) @ error**2)])
    columns = np.array(rows).T
    return xr.Dataset(
        {name: ("nodes", column) for name, column in zip(("inner", "edge", "norm"), columns, strict=True)},
        {"nodes": list(nodes)},
    )


def sbp_residuals(nodes: Sequence[int] = (12, 41, 161)) -> xr.DataArray:
    """Return how far the operator is from summing by parts: the largest entry of Q + Q^T - diag(-1, 0, ..., 0, 1).

    Returns
    -------
    xarray.DataArray
        Over `nodes`; rounding is all that may be left.
    """
    residuals = []
    for n in nodes:
        q = np.diag(norm(n)) @ derivative_matrix(n).toarray()
        ends = np.zeros((n, n))
        ends[0, 0], ends[-1, -1] = -1, 1
        residuals.append(np.abs(q + q.T - ends).max())
    return xr.DataArray(residuals, {"nodes": list(nodes)}, ("nodes",))
