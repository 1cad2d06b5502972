"""A simulated catalogue: parameters drawn from a law, labels simulated, rows split, and a file that says how.

While it is made, FILE.partial grows by one line per simulation; see `data.rupture.campaign.rows`.
"""

import json
import platform
from dataclasses import asdict, replace
from pathlib import Path

import numba
import numpy as np
import pandas as pd

from data.catalogue import TEST, TEST_SHARE, TRAIN
from data.errors import InputError
from data.files import checkout, read_json, sha256, write_text
from data.rupture.campaign.checkpoint import checkpoint_of
from data.rupture.campaign.law import Law
from data.rupture.campaign.rows import Progress, run_rows
from data.rupture.solver.parameters import NAMES
from data.rupture.solver.settings import Settings
from data.sheet import read_sheet

#: Grid spacings that can be asked for (m): a finer grid takes days and the memory of a machine, a coarser one has no
#: nodes in the barrier.
FINEST, COARSEST = 5.0, 1000.0


def stratified_split(label: np.ndarray, seed: int = 0) -> np.ndarray:
    """Divide rows into "train" and "test", the share `TEST_SHARE` of each class for testing.

    Parameters
    ----------
    label : ndarray of shape (n,)
        Classes.
    seed : int, optional
        Of the draw. The split of `rupture2d` was drawn in this way, with seed 1.

    Returns
    -------
    ndarray of str of shape (n,)
    """
    parts = np.full(len(label), TRAIN, dtype=object)
    rng = np.random.default_rng(np.random.SeedSequence([seed, *b"split"]))
    for value in np.unique(label):
        members = rng.permutation(np.flatnonzero(label == value))
        parts[members[: round(TEST_SHARE * members.size)]] = TEST
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
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Simulate a catalogue and write it as `out` (csv), with its provenance in a json file of the same name.

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
    progress : callable, optional
        Called with the numbers of finished and of all rows.

    Returns
    -------
    DataFrame
        Columns `NAMES`, `label` and `split`, as written.

    Raises
    ------
    InputError
        If `out` is not named .csv, it or its json file exists or its folder does not, `rows` is not positive, the
        resolution is out of bounds, a partial file beside `out` belongs to another campaign, `workers` is not positive,
        or every row is refused.
    """
    out = Path(out)
    if out.suffix != ".csv":
        raise InputError(f"the catalogue must be a file that ends in .csv, got {out}; name it so")
    origin_file, checkpoint = out.with_suffix(".json"), checkpoint_of(out)
    if not out.parent.is_dir():
        raise InputError(f"expected an existing folder for {out.name}, got {out.parent}; create it first")
    for path in (
        out,
        origin_file,
    ):  # a campaign stopped while it wrote them looks again below
        if path.exists() and not checkpoint.exists():
            raise InputError(f"{path} exists already; choose another file or delete it first")
    if rows < 1:
        raise InputError(f"rows must be at least 1, got {rows}; leave it out for the default")
    if not FINEST <= resolution <= COARSEST:
        raise InputError(f"resolution must be {FINEST:g} to {COARSEST:g} m, got {resolution:g}; 50 is the default")
    settings = replace(settings or Settings(), resolution=float(resolution))
    commit, clean = checkout()
    commit += "" if clean else "-dirty"
    given = isinstance(law, pd.DataFrame)
    table = law.head(rows)[list(NAMES)].reset_index(drop=True) if given else law.sample(rows, seed)
    ends = run_rows(table, settings, checkpoint, workers, progress)
    if ends["label"].isna().all():
        raise InputError(f"no row could be simulated; the first was {ends['reason'].iloc[0]}")
    label = ends["label"].to_numpy(dtype=float, na_value=-1)
    catalogue = table.assign(label=ends["label"], split=stratified_split(label, seed))
    text = catalogue.to_csv(index=False, lineterminator="\n")
    _write_unless_there(text, out)
    if not _is_origin_of(origin_file, out):
        origin = provenance(law, table, ends, settings, seed, commit, out)
        _write_unless_there(json.dumps(origin, indent=2) + "\n", origin_file)
    checkpoint.unlink()
    return catalogue


def _write_unless_there(text: str, path: Path) -> None:
    """Write a file; one with the same text may be there already, any other is refused."""
    if not path.exists():
        write_text(text, path)
    elif path.read_bytes() != text.encode():
        raise InputError(f"{path} came into being meanwhile; move it away and give the same command again")


def _is_origin_of(path: Path, out: Path) -> bool:
    """Whether a campaign that was stopped at its very end has written the provenance of `out` already."""
    if not path.is_file():
        return False
    content = read_json(path)
    return isinstance(content, dict) and content.get("sha256") == sha256(out)


def provenance(
    law: Law | pd.DataFrame,
    table: pd.DataFrame,
    ends: pd.DataFrame,
    settings: Settings,
    seed: int,
    commit: str,
    out: Path,
) -> dict[str, object]:
    """Return where a catalogue comes from: law, settings, code, cost, and the checksum of its csv file.

    Parameters are those of `simulate_catalogue`; `table` holds the rows, `ends` their outcomes (see `run_rows`), and
    `out` is the csv file as written.
    """
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
        "sha256": sha256(out),
    }


def read_rows(path: Path) -> pd.DataFrame:
    """Read rows to be simulated from a csv file with a header.

    Returns
    -------
    DataFrame
        Columns `NAMES`; others that the file may have are left out.

    Raises
    ------
    InputError
        If the file or a column is missing, or a cell is no finite number.
    """
    sheet = read_sheet(path)
    missing = [name for name in NAMES if name not in sheet.columns]
    if missing:
        raise InputError(f"expected the columns {', '.join(NAMES)} in {path}; {', '.join(missing)} missing; add them")
    return pd.DataFrame({name: sheet.numbers(name) for name in NAMES})
