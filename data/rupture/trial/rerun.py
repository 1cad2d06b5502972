"""Simulates the published rows of Ahamed & Daub (2019) again.

`data/ahamed2019_rerun.csv` was made by

    rerun({name: read_published()[name] for name in ("validate", "test", "train")}, Settings(), CACHE)

in about 40 minutes of one core; `data.rupture.trial.answers` reads it.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from data.files import write_text
from data.rupture.campaign.checkpoint import COLUMNS, checkpoint_of
from data.rupture.campaign.rows import Progress, run_rows
from data.rupture.solver.parameters import NAMES
from data.rupture.solver.settings import Settings
from data.rupture.trial.answers import COMMON, COMMON_DC, PUBLISHED


def rerun(
    tables: Mapping[str, pd.DataFrame],
    settings: Settings,
    out: Path,
    workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Simulate the rows of some tables, with the common dc and with their own, and write the answers.

    Stopped at any time, the same call goes on where it was.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Name of a file -> rows with the columns of `data.rupture.solver.parameters.NAMES`, as of `read_published`.
    settings : Settings
    out : Path
        The csv file to write.
    workers : int, optional
        Processes.
    progress : callable, optional
        Called with the numbers of finished and of all rows.

    Returns
    -------
    DataFrame
        See `data.rupture.trial.answers.read_answers`.

    Raises
    ------
    InputError
        If the checkpoint beside `out` belongs to other rows or settings, or `workers` is not positive.
    """
    parts = []
    for name, table in tables.items():
        numbered = table.assign(file=name, row=np.arange(len(table)))
        parts += [numbered.assign(dc=COMMON_DC, kind=COMMON), numbered.assign(kind=PUBLISHED)]
    both = pd.concat(parts, ignore_index=True)
    checkpoint = checkpoint_of(out)
    ends = run_rows(both[list(NAMES)], settings, checkpoint, workers, progress)
    kept = [name for name in COLUMNS if name != "cost"]
    answers = both[["file", "row"]].assign(dc=both["kind"]).join(ends[kept])
    write_text(answers.to_csv(index=False, lineterminator="\n"), out)
    checkpoint.unlink()
    return answers
