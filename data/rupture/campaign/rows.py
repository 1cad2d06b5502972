"""Many ruptures, simulated in parallel, each of them on disk as soon as it is over.

Started again after it was stopped, a campaign reads its checkpoint and goes on with the rows that are missing. What is
found for a row depends on the row alone, so neither the number of worker processes nor a kill in between changes the
outcome.
"""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from data.errors import InputError
from data.files import fingerprint
from data.rupture.campaign.checkpoint import COLUMNS, Record, resumed
from data.rupture.campaign.simulate import outcome
from data.rupture.solver.parameters import NAMES
from data.rupture.solver.settings import Settings
from data.workers import Job, Workers, outcomes

#: Called with the numbers of finished and of all rows, at the start and after each row.
Progress = Callable[[int, int], None]


def simulate_row(row: int, parameters: dict[str, float], settings: Settings) -> Record:
    """Simulate one row of a campaign.

    Parameters
    ----------
    row : int
        Its number.
    parameters : dict of str to float
        The eight parameters, in the units of `data.rupture.solver.parameters.UNITS`.
    settings : Settings

    Returns
    -------
    dict
        `row` and `COLUMNS`; a row that `simulate.prepare` refuses has reason "refused: ..." and an empty label.
    """
    start = time.process_time()
    try:
        end = outcome(parameters, settings)
    except InputError as error:
        return dict.fromkeys(COLUMNS, "") | {"row": row, "reason": f"refused: {error}"}
    cost = round(time.process_time() - start, 3)
    numbers = {"tip": end.tip, "time": end.time, "crossing_time": end.crossing_time}
    rounded = {name: round(value, 4) for name, value in numbers.items()}
    return {"row": row, "label": end.label, "reason": end.reason, **rounded, "cost": cost}


def run_rows(
    table: pd.DataFrame, settings: Settings, checkpoint: Path, workers: int = 1, progress: Progress | None = None
) -> pd.DataFrame:
    """Simulate the rows of a table, going on where the checkpoint ends.

    Parameters
    ----------
    table : DataFrame
        Columns `NAMES`; one simulation per row.
    settings : Settings
    checkpoint : Path
        File to which outcomes are appended as they come.
    workers : int, optional
        Processes; 1 simulates in this one.
    progress : callable, optional
        Called with the numbers of finished and of all rows.

    Returns
    -------
    DataFrame
        `COLUMNS`, indexed by row number, sorted.

    Raises
    ------
    InputError
        If the checkpoint was begun with other rows or settings, or `workers` is not positive.
    """
    rows = [dict(zip(NAMES, map(float, values), strict=True)) for values in table[list(NAMES)].to_numpy()]
    known = fingerprint([rows, asdict(settings)])
    tell = progress or (lambda finished, total: None)
    with resumed(checkpoint, known) as (done, append):
        missing = [
            Job(f"row {row}", simulate_row, (row, parameters, settings))
            for row, parameters in enumerate(rows)
            if row not in done
        ]
        tell(len(done), len(rows))
        for _, record in outcomes(missing, Workers(workers)):
            if isinstance(record, Exception):
                raise record
            append(record)
            done[int(record["row"])] = record
            tell(len(done), len(rows))
    return _outcome_table(done)


def _outcome_table(records: dict[int, Record]) -> pd.DataFrame:
    """Return records as a table with numbers, sorted by row."""
    table = pd.DataFrame.from_records([records[row] for row in sorted(records)], columns=["row", *COLUMNS])
    for name in ("label", "tip", "time", "crossing_time", "cost"):
        table[name] = pd.to_numeric(table[name])
    return table.astype({"row": int, "label": "Int64"}).set_index("row")
