"""A campaign: many ruptures, simulated in parallel, each of them on disk as soon as it is over.

While a campaign runs, FILE.partial grows by a line a simulation; started again, the campaign reads it and goes on with
the rows that are missing. What a row holds depends on the row alone, so neither the number of workers nor a kill in
between changes the finished file.
"""

import csv
import hashlib
import json
import multiprocessing
import os
import platform
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import asdict, replace
from pathlib import Path

import numba
import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from data.errors import InputError
from data.files import checkout, write_text
from data.rupture.campaign.law import Law
from data.rupture.campaign.simulate import outcome
from data.rupture.solver.parameters import NAMES
from data.rupture.solver.settings import Settings

#: Columns of an outcome table besides `row`: label (empty if refused), reason, furthest tip (km), simulated time (s),
#: time of crossing (s, infinite if never), cost (s of one core).
COLUMNS = ("label", "reason", "tip", "time", "crossing_time", "cost")

#: Share of a catalogue's rows that are set apart for testing.
TEST_SHARE = 0.2

Record = dict[str, float | int | str]


def simulate_row(row: int, parameters: dict[str, float], settings: Settings) -> Record:
    """Simulate one row of a campaign.

    Parameters
    ----------
    row : int
        Its number.
    parameters : dict of str to float
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
    table: pd.DataFrame, settings: Settings, partial: Path, workers: int = 1, progress: bool = True
) -> pd.DataFrame:
    """Simulate the rows of a table, going on where `partial` ends.

    Parameters
    ----------
    table : DataFrame
        Columns `NAMES`; one simulation a row.
    settings : Settings
    partial : Path
        Where outcomes land as they come.
    workers : int, optional
        Processes; 1 simulates in this one.
    progress : bool, optional
        Show a progress bar.

    Returns
    -------
    DataFrame
        `COLUMNS`, indexed by row number, sorted.

    Raises
    ------
    InputError
        If `partial` was begun with other rows or settings, or `workers` is not positive.
    """
    if workers < 1:
        raise InputError(f"workers must be at least 1, got {workers}; leave it out for one process")
    rows = [dict(zip(NAMES, map(float, values), strict=True)) for values in table[list(NAMES)].to_numpy()]
    digest = _digest(rows, settings)
    done = _read_partial(partial, digest)
    missing = [(row, parameters, settings) for row, parameters in enumerate(rows) if row not in done]
    with _bar(progress) as bar, _appending(partial, digest) as append:
        task = bar.add_task("simulating", total=len(rows), completed=len(done))
        for record in _records(missing, workers):
            append(record)
            done[int(record["row"])] = record
            bar.advance(task)
    return _outcome_table(done)


def _records(jobs: list[tuple[int, dict[str, float], Settings]], workers: int) -> Iterator[Record]:
    """Yield records as they are finished: in order here, in any order from worker processes."""
    if workers == 1 or len(jobs) < 2:
        for job in jobs:
            yield simulate_row(*job)
        return
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_begin_worker)
    try:
        queue = iter(jobs)
        running = {pool.submit(simulate_row, *job) for _, job in zip(range(2 * workers), queue, strict=False)}
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
                running |= {pool.submit(simulate_row, *job) for _, job in zip(range(1), queue, strict=False)}
    finally:  # also on Ctrl-C: rows under way are let finish, rows not begun are dropped
        pool.shutdown(cancel_futures=True)


def _begin_worker() -> None:
    """Leave Ctrl-C to the parent process, which winds the pool down; and end with it, should it be killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the end of the parent process, then end this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class _appending:
    """Open a partial file and give a function that appends one record and flushes it to disk."""

    def __init__(self, path: Path, digest: str) -> None:
        self.path, self.digest = path, digest

    def __enter__(self) -> Callable[[Record], None]:
        new = not self.path.exists()
        self.file = self.path.open("a", newline="")
        writer = csv.DictWriter(self.file, ["row", *COLUMNS])
        if new:
            self.file.write(f"# {self.digest}\n")
            writer.writeheader()

        def append(record: Record) -> None:
            writer.writerow(record)
            self.file.flush()
            os.fsync(self.file.fileno())

        return append

    def __exit__(self, *exception: object) -> None:
        self.file.close()


def _read_partial(path: Path, digest: str) -> dict[int, Record]:
    """Read the finished rows of a partial file; a last line cut short by a kill is dropped from the file too."""
    if not path.exists():
        return {}
    text = path.read_text()
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole)
    lines = whole.splitlines()
    if len(lines) < 2:
        path.unlink()
        return {}
    if lines[0] != f"# {digest}":
        raise InputError(f"{path} belongs to other rows or settings; delete it or choose another output")
    return {int(record["row"]): record for record in csv.DictReader(lines[1:])}


def _outcome_table(records: dict[int, Record]) -> pd.DataFrame:
    """Turn records into a table with numbers, sorted by row."""
    table = pd.DataFrame.from_records([records[row] for row in sorted(records)], columns=["row", *COLUMNS])
    for name in ("label", "tip", "time", "crossing_time", "cost"):
        table[name] = pd.to_numeric(table[name])
    return table.astype({"row": int, "label": "Int64"}).set_index("row")


def _digest(rows: Iterable[dict[str, float]], settings: Settings) -> str:
    """Return what identifies the rows and settings of a campaign."""
    content = json.dumps([list(rows), asdict(settings)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _bar(shown: bool) -> Progress:
    """Return a progress bar on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, disable=not shown, console=Console(stderr=True))


def split(label: np.ndarray, seed: int = 0) -> np.ndarray:
    """Divide rows into "train" and "test", a fifth of each class for testing.

    Parameters
    ----------
    label : ndarray of shape (n,)
        Classes.
    seed : int, optional

    Returns
    -------
    ndarray of str of shape (n,)
    """
    parts = np.full(len(label), "train", dtype=object)
    rng = np.random.default_rng(np.random.SeedSequence([seed, *b"split"]))
    for value in np.unique(label):
        members = rng.permutation(np.flatnonzero(label == value))
        parts[members[: round(TEST_SHARE * members.size)]] = "test"
    return parts


def simulate_catalogue(
    law: Law | pd.DataFrame,
    rows: int,
    resolution: float,
    seed: int,
    out: Path,
    workers: int = 1,
    *,
    settings: Settings | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Simulate a catalogue and write it as `out` (csv), with its provenance beside it (json).

    Parameters
    ----------
    law : Law or DataFrame
        Sampling law, or given rows with the columns `NAMES` (then the first `rows` of them are simulated).
    rows : int
        Number of simulations.
    resolution : float
        Grid spacing (m).
    seed : int
        Of the sampling and of the split.
    out : Path
        The csv file; `out` + ".partial" holds the outcomes meanwhile.
    workers : int, optional
        Processes.
    settings : Settings, optional
        Everything else about a simulation.
    progress : bool, optional
        Show a progress bar.

    Returns
    -------
    DataFrame
        Columns `NAMES`, `label` and `split`, as written.

    Raises
    ------
    InputError
        If `out` exists or its folder does not, `rows` is not positive, a partial file beside `out` belongs to another
        campaign, or every row is refused.
    """
    out = Path(out)
    if out.exists():
        raise InputError(f"{out} exists already; choose another file or delete it first")
    if not out.parent.is_dir():
        raise InputError(f"expected an existing folder for {out.name}, got {out.parent}; create it first")
    if rows < 1:
        raise InputError(f"rows must be at least 1, got {rows}; leave it out for the default")
    settings = replace(settings or Settings(), resolution=float(resolution))
    commit, clean = checkout()
    commit += "" if clean else "-dirty"
    given = isinstance(law, pd.DataFrame)
    table = law.head(rows)[list(NAMES)].reset_index(drop=True) if given else law.sample(rows, seed)
    partial = out.with_name(out.name + ".partial")
    ends = run_rows(table, settings, partial, workers, progress)
    if ends["label"].isna().all():
        raise InputError(f"no row could be simulated; the first was {ends['reason'].iloc[0]}")
    catalogue = table.assign(label=ends["label"], split=split(ends["label"].to_numpy(dtype=float, na_value=-1), seed))
    write_text(catalogue.to_csv(index=False, lineterminator="\n"), out)
    found = provenance(law, table, ends, settings, seed, commit, out)
    write_text(json.dumps(found, indent=2) + "\n", out.with_suffix(".json"))
    partial.unlink()
    return catalogue


def provenance(
    law: Law | pd.DataFrame,
    table: pd.DataFrame,
    ends: pd.DataFrame,
    settings: Settings,
    seed: int,
    commit: str,
    out: Path,
) -> dict[str, object]:
    """Say where a catalogue comes from: law, settings, code, cost, and the checksum of its csv file."""
    return {
        "rows": len(table),
        "seed": seed,
        "law": law.as_json() if isinstance(law, Law) else "given rows",
        "settings": asdict(settings),
        "propagating": round(float(ends["label"].mean()), 4),
        "reasons": {str(reason): int(count) for reason, count in ends["reason"].value_counts().sort_index().items()},
        "core_hours": round(float(ends["cost"].sum()) / 3600, 3),
        "commit": commit,
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "numba": numba.__version__},
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
    }


def read_rows(path: Path) -> pd.DataFrame:
    """Read rows to be simulated from a csv file with a header.

    Raises
    ------
    InputError
        If the file or a column is missing.
    """
    if not Path(path).is_file():
        raise InputError(f"expected a csv file of rows, got {path}, which does not exist; check the path")
    table = pd.read_csv(path)
    missing = [name for name in NAMES if name not in table]
    if missing:
        raise InputError(f"expected the columns {', '.join(NAMES)} in {path}; {', '.join(missing)} missing; add them")
    return table
