"""Which prior, and how wide: evidence, ABIC and the score of held-out stations over the scales of noise and prior."""

from dataclasses import replace

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.fitting import training_rows
from bayesnet.parts.strain import lattice
from bayesnet.problems.strain import StrainRate
from bayesnet.problems.strain.evidence import RHOS, SIGMAS, abic, highest, log_score, mixed, nodes
from bayesnet.problems.strain.splines import ENERGIES
from bayesnet.problems.strain.strain_rate import FIELDS, fields_at, velocities_at

TAUS = (100.0, 1000.0, 10_000.0)  # mm/yr


def grid(problem: StrainRate, train: xr.Dataset, test: xr.Dataset) -> xr.Dataset:
    """What the training stations say of the scales, and how the test stations judge it.

    Parameters
    ----------
    problem : StrainRate
    train, test : xarray.Dataset
        Rows with the sds that come with the data: see `bayesnet.problems.strain.strain_rate.rows`.

    Returns
    -------
    xarray.Dataset
        `log_evidence (rho, sigma)` in nats, `log_evidence_best` the highest; `abic`; `rho_best`, `sigma_best` of highest evidence; `at_edge`: 1 where
        that is an end of the grid; `held_out` and `held_out_grid`: log score in nats a row of the test stations, with
        the best scales and over the whole grid; `sd_ratio (field)`: median over the lattice of the sd over the grid
        by that with the best scales.
    """
    scaled = problem.scaled(train)
    found = scaled.log_evidence()
    best, whole = highest(found), nodes(found)
    surface, (east, north) = (
        problem.surface(train),
        (side.ravel() for side in np.meshgrid(*lattice(train["area"].values))),
    )
    at_rows = velocities_at(surface, test["east"].values, test["north"].values, test["component"].values)
    at_places = fields_at(surface, east, north).reshape(-1, surface.size)
    plug_in = _moments(problem, train, test, at_rows, at_places, [(*best, 1.0)], scaled)
    over = _moments(problem, train, test, at_rows, at_places, whole, scaled)
    ratio = np.sqrt(mixed(*over["places"])[1] / mixed(*plug_in["places"])[1]).reshape(len(FIELDS), -1)
    edge = best[0] in (RHOS[0], RHOS[-1]) or best[1] in (SIGMAS[0], SIGMAS[-1])
    return xr.Dataset(
        {
            "log_evidence": (("rho", "sigma"), found),
            "log_evidence_best": found.max(),
            "abic": abic(found),
            "rho_best": best[0],
            "sigma_best": best[1],
            "at_edge": int(edge),
            "held_out": log_score(test["y"].values, *plug_in["rows"]),
            "held_out_grid": log_score(test["y"].values, *over["rows"]),
            "sd_ratio": ("field", np.median(ratio, axis=1)),
        },
        {"rho": RHOS, "sigma": SIGMAS, "field": list(FIELDS)},
    )


def _moments(
    problem: StrainRate,
    train: xr.Dataset,
    test: xr.Dataset,
    at_rows: np.ndarray,
    at_places: np.ndarray,
    weighted: list,
    scaled,
) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Means and variances `(node, ...)` of new observations of the test rows and of the fields, and the weights."""
    rows, places = [], []
    for rho, sigma, _ in weighted:
        exact, coefficients = scaled.posterior(rho, sigma), problem.coefficients(train, rho)
        factor = np.linalg.cholesky(exact.covariance)
        for kept, design, noise in ((rows, at_rows, sigma * test["sd"].values), (places, at_places, 0.0)):
            operator = design @ coefficients
            kept.append((operator @ exact.mean, ((operator @ factor) ** 2).sum(axis=1) + noise**2))
    weights = np.array([weight for _, _, weight in weighted])
    means = {
        name: [np.stack(part) for part in zip(*kept, strict=True)]
        for name, kept in (("rows", rows), ("places", places))
    }
    return {name: (mean, variance, weights) for name, (mean, variance) in means.items()}


def _compute(c: Context) -> xr.Dataset:
    """`grid` of the problem itself, and its numbers `NAME_of (prior, tau)` for every prior and sd tau of what is open."""
    train, test = (_unscaled(rows) for rows in (training_rows(c.fits[c.reference]), c.problem.test(c.data)))
    own = grid(c.problem, train, test)
    table = [[_numbers(replace(c.problem, prior=prior, tau=tau), train, test) for tau in TAUS] for prior in ENERGIES]
    beside = xr.concat([xr.concat(of_prior, "tau") for of_prior in table], "prior")
    beside = beside.assign_coords(prior=list(ENERGIES), tau=list(TAUS))
    named = beside.rename({name: f"{name}_of" for name in beside.data_vars})
    return own.assign(named.data_vars).assign_coords(named.coords)


def _numbers(problem: StrainRate, train: xr.Dataset, test: xr.Dataset) -> xr.Dataset:
    """What `grid` gives that has no dimension."""
    return grid(problem, train, test).drop_dims(["rho", "sigma", "field"])


def _unscaled(rows: xr.Dataset) -> xr.Dataset:
    """Rows with the sds that came with the data."""
    return rows.assign(sd=rows["sd"] / rows["sigma"])


PART = Part(_compute, across=("abic", "held_out", "held_out_grid", "rho_best", "sigma_best"))
