"""Reads the stored answers of this project's solver to the published rows, without loading the solver."""

from pathlib import Path

import pandas as pd

#: File of the answers. It holds no published rows or labels, but two answers to each row: with the published dc, and
#: with `COMMON_DC`.
CACHE = Path(__file__).parents[2] / "ahamed2019_rerun.csv"

#: The slip distance that the published labels seem to have been computed with (m).
COMMON_DC = 0.4

#: How the two answers to a row are told apart.
COMMON, PUBLISHED = str(COMMON_DC), "published"


def read_answers() -> pd.DataFrame:
    """Return the solver's answers to every published row at a resolution of 50 m, made by `data.rupture.trial.rerun`.

    Returns
    -------
    DataFrame of 4000 rows
        `file` ("validate", "test" or "train"), `row` (counted from 0 within the file), `dc` ("0.4" or "published"),
        `label` (1 = propagation), `reason` (see `data.rupture.campaign.label.REASONS`), furthest `tip` (km), simulated
        `time` (s), `crossing_time` (s, infinite if never).
    """
    return pd.read_csv(CACHE)
