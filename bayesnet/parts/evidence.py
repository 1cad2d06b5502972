"""Which prior, and how wide: evidence, ABIC and the score of held-out stations over the scales of noise and prior."""

from dataclasses import replace

import numpy as np
import xarray as xr

from bayesnet.context import Context
from bayesnet.contract import Part
from bayesnet.parts.strain import lattice
from bayesnet.problems.strain import StrainRate
from bayesnet.problems.strain.evidence import RHOS, SIGMAS, abic, highest, log_score, mixed, nodes
from bayesnet.problems.strain.splines import ENERGIES
from bayesnet.problems.strain.strain_rate import FIELDS, fields_at, rows, velocities_at

TAUS = (100.0, 1000.0, 10_000.0)  # mm/yr


def grid(problem: StrainRate, train: xr.Dataset, test: xr.Dataset) -> xr.Dataset:
    """What the training stations say of the scales, and how the test stations judge it.

    Parameters
    ----------
    problem : StrainRate
    train, test : xarray.Dataset
        See `bayesnet.problems.strain.strain_rate.rows`.

    Returns
    -------
    xarray.Dataset
        `log_evidence (rho, sigma)` in nats, `log_evidence_best` the highest; `abic`; `rho_best`, `sigma_best` where it
        is highest; `at_edge`: 1 where that is an end of the grid; `held_out` and `held_out_grid`: log score in nats a
        row of the test stations, with the best scales and over the whole grid; `sd_ratio (field)`: median over the
        lattice of the sd over the grid by that with the best scales.
    """
    scaled = problem.scaled(train)
    found = scaled.log_evidence()
    best, whole = highest(found), nodes(found)
    surface, places = problem.surface(train), np.meshgrid(*lattice(train["area"].values))
    at_rows = velocities_at(surface, test["east"].values, test["north"].values, test["component"].values)
    at_places = fields_at(surface, *(side.ravel() for side in places)).reshape(-1, surface.size)

    def moments(weighted: list, design: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Means and variances `(node, place)` of what coefficients of the splines make, and weights of the nodes."""
        found = []
        for rho, sigma, _ in weighted:
            exact, operator = scaled.posterior(rho, sigma), design @ problem.coefficients(train, rho)
            found.append((operator @ exact.mean, ((operator @ np.linalg.cholesky(exact.covariance)) ** 2).sum(axis=1)))
        means, variances = map(np.stack, zip(*found, strict=True))
        return means, variances, np.array([weight for _, _, weight in weighted])

    def score(weighted: list) -> float:
        """Log score of new observations of the test rows."""
        means, variances, weights = moments(weighted, at_rows)
        noise = np.array([sigma for _, sigma, _ in weighted])[:, None] * test["sd"].values
        return log_score(test["y"].values, means, variances + noise**2, weights)

    plug_in = [(*best, 1.0)]
    sds = [np.sqrt(mixed(*moments(weighted, at_places))[1]) for weighted in (plug_in, whole)]
    ratio = (sds[1] / sds[0]).reshape(len(FIELDS), -1)
    edge = best[0] in (RHOS[0], RHOS[-1]) or best[1] in (SIGMAS[0], SIGMAS[-1])
    return xr.Dataset(
        {
            "log_evidence": (("rho", "sigma"), found),
            "log_evidence_best": found.max(),
            "abic": abic(found),
            "rho_best": best[0],
            "sigma_best": best[1],
            "at_edge": int(edge),
            "held_out": score(plug_in),
            "held_out_grid": score(whole),
            "sd_ratio": ("field", np.median(ratio, axis=1)),
        },
        {"rho": RHOS, "sigma": SIGMAS, "field": list(FIELDS)},
    )


def _compute(c: Context) -> xr.Dataset:
    """`grid` of the problem itself, and its numbers for every prior and sd of what is open: `NAME_of (prior, tau)`."""
    train, test = rows(c.data, "train"), rows(c.data, "test")
    own = grid(c.problem, train, test)
    table = [[_numbers(replace(c.problem, prior=prior, tau=tau), train, test) for tau in TAUS] for prior in ENERGIES]
    beside = xr.concat([xr.concat(of_prior, "tau") for of_prior in table], "prior")
    beside = beside.assign_coords(prior=list(ENERGIES), tau=list(TAUS))
    named = beside.rename({name: f"{name}_of" for name in beside.data_vars})
    return own.assign(named.data_vars).assign_coords(named.coords)


def _numbers(problem: StrainRate, train: xr.Dataset, test: xr.Dataset) -> xr.Dataset:
    """What `grid` gives that has no dimension."""
    return grid(problem, train, test).drop_dims(["rho", "sigma", "field"])


PART = Part(_compute, across=("abic", "held_out", "held_out_grid", "rho_best", "sigma_best"))
