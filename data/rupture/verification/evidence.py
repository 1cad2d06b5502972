"""Pieces of evidence that the solver is right: each runs checks of `verify` and gives one dataset to store.

`data.rupture.verification.checks` holds their numbers against limits. Importing this module loads the solver, which the checks, and
a report from stored pieces, do without.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import binomtest

from data.embedded import FILE
from data.rupture.campaign.rows import simulate_row
from data.rupture.campaign.simulate import Settings, prepare, run
from data.rupture.solver.parameters import NAMES, UNITS, stress_drop
from data.rupture.verification import verify
from data.rupture.verification.speed import node_stage_cost
from data.seeds import seed_for

#: Where along the fault a front of TPV205 has left its nucleation patch and not met the locked ends (km from x = 0).
SPREADING = (2.5, 10.0)

#: The same for a rupture with a barrier, which starts at x = -10 (km).
SPREADING_WITH_BARRIER = (-8.0, 10.0)

#: Inputs that make two ruptures alike but for their barriers.
STRESS_AND_FRICTION = ("sxx", "syy", "sxy", "mu_d", "friction_drop", "dc")

#: A break-through is shown at a barrier of at least this height (km).
SHOWN_HEIGHT = 0.05

#: Part of the wave field that is kept: |y| and x (km).
SHOWN_Y, SHOWN_X = 6.0, (-14.0, 10.0)


def operators(nodes: Sequence[int]) -> xr.Dataset:
    """Errors of the difference operator, their orders, and how well it sums by parts.

    Returns
    -------
    xarray.Dataset
        `inner`, `edge`, `norm` (see `verify.operator_errors`), `sbp_residual` and `<error>_order` over `nodes`; the
        order of the first is nan.
    """
    errors = verify.operator_errors(nodes)
    orders = {f"{name}_order": verify.observed_order(error) for name, error in errors.items()}
    return errors.assign(sbp_residual=verify.sbp_residuals(nodes)).merge(xr.Dataset(orders), join="outer")


def energy(cfls: Sequence[float], noises: int, seed: int) -> xr.Dataset:
    """Energy of random noise around a locked fault with a bump steeper than any of the catalogue.

    Returns
    -------
    xarray.Dataset
        `energy` relative to the start over (cfl, noise, step), `time` (s) over (cfl, step).
    """
    seeds = [seed_for(seed, f"noise {noise}") for noise in range(noises)]
    runs = [[verify.locked_energy(cfl=cfl, seed=one) for one in seeds] for cfl in cfls]
    return xr.Dataset(
        {"energy": (("cfl", "noise", "step"), np.array([[one.values for one in of_cfl] for of_cfl in runs]))},
        {
            "cfl": list(cfls),
            "noise": np.arange(noises),
            "step": np.arange(runs[0][0].size),
            "time": (("cfl", "step"), np.array([of_cfl[0].time.values for of_cfl in runs]), {"units": "s"}),
        },
    )


def exact(spacings: Sequence[float], angles: Sequence[float]) -> xr.Dataset:
    """The two exact solutions: a plane pulse through a locked bump, and slip everywhere at once.

    Returns
    -------
    xarray.Dataset
        `pulse_error` (m/s, amplitude 1) over (angle, spacing) and its `pulse_order`, nan at the first spacing; `slip`
        and `exact` (m) over `time` (s).
    """
    errors = [verify.pulse_errors(spacings, angle) for angle in angles]
    orders = [verify.observed_order(error) for error in errors]
    angle = xr.DataArray(list(angles), dims="angle", name="angle", attrs={"units": "rad"})
    pulse = xr.Dataset({"pulse_error": xr.concat(errors, angle), "pulse_order": xr.concat(orders, angle)})
    return pulse.reindex(spacing=list(spacings)).merge(verify.uniform_slip(), combine_attrs="drop")


def tpv205(resolutions: Sequence[float], stations: Sequence[float]) -> xr.Dataset:
    """Rupture fronts of SCEC TPV205 in two dimensions on finer and finer grids, and the mirror symmetry of one.

    Returns
    -------
    xarray.Dataset
        `rupture_time` (s) and `speed` (km/s) over (resolution, x); `arrival` (s) over (resolution, station);
        `fastest` (km/s) over `resolution`; `asymmetry` over `quantity`; speeds of P, S and Rayleigh waves as
        attributes (km/s).
    """
    fronts = verify.rupture_fronts(resolutions)
    arrival = fronts["rupture_time"].interp(x=list(stations)).rename(x="station")
    spreading = (abs(fronts.x) > SPREADING[0]) & (abs(fronts.x) < SPREADING[1])
    rock = verify.ROCK
    return fronts.assign(
        arrival=arrival.assign_coords(station=list(stations)),
        fastest=fronts["speed"].where(spreading).max("x"),
        asymmetry=verify.mirror_asymmetry(),
    ).assign_attrs(
        rayleigh_speed=verify.rayleigh_speed(),
        s_speed=float(np.sqrt(rock.mu / rock.rho)),
        p_speed=float(np.sqrt(rock.p_modulus / rock.rho)),
        spreading=SPREADING,
    )


def barrier(heights: Sequence[float], time: float) -> xr.Dataset:
    """The example that breaks through, its barrier lowered towards a planar fault.

    Returns
    -------
    xarray.Dataset
        `slip_difference` (see `verify.flat_limit`) and its `exponent` over `height` (km), nan at the first; `time` (s)
        as an attribute.
    """
    row = _catalogue().loc[example_rows()["break-through"]]
    difference = verify.flat_limit(row, heights, time)
    exponent = verify.observed_order(difference)
    return xr.Dataset({"slip_difference": difference, "exponent": exponent.reindex(height=list(heights))}).assign_attrs(
        time=time, row=int(row.name)
    )


def ruptures(resolution: float, duration: float, frames: int) -> xr.Dataset:
    """Histories of one rupture that breaks through and of one that arrests: see `example_rows`.

    Returns
    -------
    xarray.Dataset
        `slip_rate` (m/s) over (rupture, time, x); `rupture_time` (s), front `speed` (km/s) and `trace` (km) over
        (rupture, x); `vx` (m/s) over (rupture, time, row, column) with its positions `column_x` and `y` (km);
        `parameters` over (rupture, parameter); `fastest` front speed (km/s), `catalogue_row` and `label` over rupture;
        as attributes the place of nucleation and the least height of a barrier that is broken through (km).
    """
    rows, table = example_rows(), _catalogue()
    times = np.linspace(0, duration, frames)
    settings = Settings(resolution=resolution)
    found = [_rupture(table.loc[row], times, settings) for row in rows.values()]
    return (
        xr.concat(found, xr.DataArray(list(rows), dims="rupture", name="rupture"))
        .assign_coords(
            catalogue_row=("rupture", list(rows.values())),
            unit=("parameter", list(UNITS.values())),
        )
        .assign_attrs(nucleation_x=settings.nucleation_x, shown_height=SHOWN_HEIGHT)
    )


def _rupture(row: pd.Series, times: np.ndarray, settings: Settings) -> xr.Dataset:
    """One of `ruptures`, the wave field thinned out along x to what a figure can show."""
    whole = verify.wave_field(row, times, settings)
    whole = whole.assign_coords(time=("time", times, {"units": "s"}))  # to the nearest time step
    across = abs(whole["y"].isel(x=0)) < SHOWN_Y  # there the fault is at y = 0
    thin = max(1, round(100 / settings.resolution))
    columns = (whole.x >= SHOWN_X[0]) & (whole.x <= SHOWN_X[1]) & (np.arange(whole.x.size) % thin == 0)
    waves = whole.isel(row=across, x=columns)
    vx = waves["vx"].values.round(3).astype("float32")
    speed = verify.front_speed(whole.x.values, whole["rupture_time"].values)
    return whole[["slip_rate", "rupture_time", "trace"]].assign(
        speed=("x", speed, {"units": "km/s"}),
        fastest=_fastest(whole.x.values, speed),
        vx=(("time", "row", "column"), vx, {"units": "m/s"}, {"zlib": True}),
        column_x=("column", waves.x.values, {"units": "km"}),
        y=(("row", "column"), waves["y"].values, {"units": "km"}),
        parameters=("parameter", row[list(NAMES)].to_numpy(float)),
        parameter=list(NAMES),
        label=int(row["label"]),
    )


def example_rows() -> dict[str, int]:
    """Two ruptures of the embedded catalogue to look at.

    Returns
    -------
    dict of str to int
        "arrest": the row that arrests in spite of the largest stress drop sxy - mu_d |syy|; "break-through": the row
        nearest to it in stress and friction (standardised) that breaks through a barrier of `SHOWN_HEIGHT` or more.
    """
    table = _catalogue()
    drop = stress_drop(table)
    arrest = drop[table["label"] == 0].idxmax()
    alike = table[list(STRESS_AND_FRICTION)]
    distance = (((alike - alike.loc[arrest]) / alike.std()) ** 2).sum(axis=1)
    through = distance[(table["label"] == 1) & (table["height"] >= SHOWN_HEIGHT)].idxmin()
    return {"break-through": int(through), "arrest": int(arrest)}


def labels(rows: int, remade: int, resolutions: Sequence[float], seed: int) -> xr.Dataset:
    """Rows of the embedded catalogue simulated again on a coarser grid, some also as they were.

    Parameters
    ----------
    rows : int
        How many are drawn.
    remade : int
        How many of them are simulated again at the catalogue's own resolution.
    resolutions : sequence of float
        Grid spacings (m): the coarser one, the catalogue's own, and finer ones for rows whose label differs.
    seed : int

    Returns
    -------
    xarray.Dataset
        Over `row`: `label` (stored), `coarse_label` (nan if refused), `coarse_tip` (km), `parameters`. Over `remade`:
        `remade_label`, `fastest` front speed (km/s). Over (differing, resolution): `differing_label`, `differing_tip`
        (km), `differing_crossing` (s). `agreement` over `quantity` (share, lower and upper end of its 95 % interval).
        Where (km) and within what time (s) a front must cross for label 1, as attributes.
    """
    coarse, own = (Settings(resolution=resolution) for resolution in resolutions[:2])
    table = _catalogue()
    drawn = np.sort(np.random.default_rng(seed_for(seed, "label rows")).choice(len(table), rows, replace=False))
    table = table.loc[drawn]
    again = _simulated(table, coarse)
    again_own = [_remade(row, own) for _, row in table.head(remade).iterrows()]
    differing = table[again["label"].notna() & (again["label"] != table["label"])]
    found = [_simulated(differing, Settings(resolution=resolution)) for resolution in resolutions]
    data = {
        "label": ("row", table["label"].to_numpy()),
        "coarse_label": ("row", again["label"].to_numpy()),
        "coarse_tip": ("row", again["tip"].to_numpy(), {"units": "km"}),
        "parameters": (("row", "parameter"), table[list(NAMES)].to_numpy()),
        "remade_label": ("remade", [label for label, _ in again_own]),
        "fastest": ("remade", [speed for _, speed in again_own], {"units": "km/s"}),
        "agreement": ("quantity", list(agreement(table["label"], again["label"]))),
    }
    for name, column in (("label", "label"), ("tip", "tip"), ("crossing", "crossing_time")):
        columns = np.array([one[column].to_numpy() for one in found]).reshape(len(resolutions), len(differing))
        data[f"differing_{name}"] = (("differing", "resolution"), columns.T)
    coordinates = {
        "row": drawn,
        "remade": drawn[:remade],
        "differing": differing.index.to_numpy(),
        "resolution": list(resolutions),
        "parameter": list(NAMES),
        "quantity": ["share", "lower", "upper"],
    }
    return xr.Dataset(data, coordinates, attrs={"crossing": own.crossing, "duration": own.duration})


def agreement(first: pd.Series, second: pd.Series) -> tuple[float, float, float]:
    """Return the share of equal labels and its 95 % interval (Clopper & Pearson 1934), but for refused rows."""
    known = first.notna() & second.notna()
    result = binomtest(int((first == second)[known].sum()), int(known.sum()))
    return result.statistic, *result.proportion_ci()


def _simulated(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Outcomes of the rows of a table: numbers, nan where a row is refused."""
    records = [simulate_row(int(row.name), row[list(NAMES)].to_dict(), settings) for _, row in table.iterrows()]
    columns = ["row", "label", "tip", "crossing_time"]
    return pd.DataFrame(records, columns=columns).apply(pd.to_numeric).astype(float).set_index("row")


def _remade(row: pd.Series, settings: Settings) -> tuple[int, float]:
    """Label of a rupture and the largest speed of its front (km/s), 0 where it never left its nucleation patch."""
    solver = prepare(row, settings)
    end = run(solver, settings)
    x = solver.mesh.x
    return end.label, _fastest(x, verify.front_speed(x, solver.fault.rupture_time))


def _fastest(x: np.ndarray, speed: np.ndarray) -> float:
    """Return the largest speed between nucleation patch and locked end (km/s), 0 where nothing broke there."""
    return float(np.nanmax(speed[(x > SPREADING_WITH_BARRIER[0]) & (x < SPREADING_WITH_BARRIER[1])], initial=0.0))


def speed(resolutions: Sequence[float]) -> xr.Dataset:
    """What a node and stage cost, beside a copy of the same arrays: see `benchmark.node_stage_cost`.

    Returns
    -------
    xarray.Dataset
        `nodes`, `solver` and `copy` (ns a node-stage), `ratio` and `second` (s for a simulated second) over
        `resolution` (m).
    """
    costs = pd.DataFrame([node_stage_cost(verify.tpv205(resolution)) for resolution in resolutions])
    costs.index = pd.Index(list(resolutions), name="resolution")
    return costs.to_xarray()


def _catalogue() -> pd.DataFrame:
    """The embedded catalogue, as simulated at 50 m."""
    return pd.read_csv(FILE)
