"""Made rows, and the trial of the published ones."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from data import InputError
from data.rupture.campaign.law import Law
from data.rupture.trial.provenance import provenance_trial
from data.rupture.trial.rows import join


@pytest.fixture(scope="module")
def simulations() -> xr.Dataset:
    """Made rows: labels that the solver gives with dc = 0.4, but for the defect of the training rows."""
    rng = np.random.default_rng(0)
    tables, parts = {}, []
    for seed, (name, rows) in enumerate({"train": 1000, "validate": 60, "test": 40}.items()):
        table = Law().sample(rows, seed)
        drop = np.log(table["sxy"] + table["mu_d"] * table["syy"]) + rng.normal(0, 0.2, rows)
        answers = {"0.4": drop > 1.5, "published": drop - np.log(table["dc"] / 0.4) > 1.5}
        label = answers["0.4"].to_numpy(dtype=int, copy=True)
        if name == "train":
            label[175:500] = answers["0.4"][100:425]
        tables[name] = table.assign(label=label)
        for dc, answer in answers.items():
            crossing = np.where(answer, 5.0, np.inf)
            ends = {"reason": np.where(answer, "passed", "stalled"), "tip": -8.0, "time": 6.0}
            part = {"file": name, "row": np.arange(rows), "dc": dc, "label": answer.astype(int)}
            parts.append(pd.DataFrame(part | ends | {"crossing_time": crossing}))
    return join(tables, pd.concat(parts, ignore_index=True))


@pytest.fixture(scope="module")
def groups() -> dict[str, xr.Dataset]:
    """The trial of the published rows."""
    try:
        return provenance_trial()
    except InputError as error:
        pytest.skip(str(error))
