"""Labels of the embedded catalogue simulated again: on a coarser grid, and some on its own grid."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import binomtest

from data.rupture.campaign.rows import simulate_row
from data.rupture.campaign.simulate import prepare, run
from data.rupture.solver.parameters import NAMES
from data.rupture.solver.settings import Settings
from data.rupture.verification.examples import embedded_table
from data.rupture.verification.fronts import fastest_front, front_speed
from data.seeds import seed_for


def measure(rows: int, remade: int, resolutions: Sequence[float], seed: int) -> xr.Dataset:
    """Simulate rows of the embedded catalogue again on a coarser grid, and some of them as they were.

    Parameters
    ----------
    rows : int
        How many are drawn.
    remade : int
        How many of them are simulated again at the catalogue's own resolution.
    resolutions : sequence of float
        Grid spacings (m): the coarser one, the catalogue's own, and finer ones for rows whose label differs.
    seed : int
        Of the draw of the rows.

    Returns
    -------
    xarray.Dataset
        Over `row`: `label` (stored), `coarse_label` (nan if refused), `coarse_tip` (km), `parameters`. Over `remade`:
        `remade_label`, `fastest` front speed (km/s). Over (differing, resolution): `differing_label`, `differing_tip`
        (km), `differing_crossing` (s). `agreement` over `quantity` (share, lower and upper end of its 95 % interval).
        Where (km) and within what time (s) a front must cross for label 1, as attributes.
    """
    coarse, own = (Settings(resolution=resolution) for resolution in resolutions[:2])
    table = embedded_table()
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
        columns = np.array([outcomes[column].to_numpy() for outcomes in found]).reshape(
            len(resolutions), len(differing)
        )
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
    """Return the share of equal labels and its 95 % interval.

    Parameters
    ----------
    first, second : Series of shape (n,)
        Labels of the same rows; rows with a nan in either, which were refused, are left out.

    Returns
    -------
    tuple of float
        Share, lower and upper end of its exact interval (Clopper & Pearson, Biometrika 26, 1934, 404-413).
    """
    known = first.notna() & second.notna()
    result = binomtest(int((first == second)[known].sum()), int(known.sum()))
    return result.statistic, *result.proportion_ci()


def _simulated(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the outcomes of the rows of a table as numbers, nan where a row is refused."""
    records = [simulate_row(int(row.name), row[list(NAMES)].to_dict(), settings) for _, row in table.iterrows()]
    columns = ["row", "label", "tip", "crossing_time"]
    return pd.DataFrame(records, columns=columns).apply(pd.to_numeric).astype(float).set_index("row")


def _remade(row: pd.Series, settings: Settings) -> tuple[int, float]:
    """Return the label of a rupture and the largest speed of its front (km/s), 0 if it never left nucleation."""
    solver = prepare(row, settings)
    end = run(solver, settings)
    x = solver.mesh.x
    return end.label, fastest_front(x, front_speed(x, solver.fault.rupture_time))
