"""The published rows simulated again: what this solver says about each row of Ahamed & Daub (2019).

`data/ahamed2019_rerun.csv` holds the answers (not the published rows or labels): every row twice, with the published
dc and with dc = 0.4 m in all of them, since the published labels seem to have been computed with the latter.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from data.files import write_text
from data.rupture.campaign import COLUMNS, run_rows
from data.rupture.parameters import NAMES
from data.rupture.simulate import Settings

#: Where the answers lie.
CACHE = Path(__file__).parents[1] / "ahamed2019_rerun.csv"

#: The slip distance that the published labels seem to have been computed with (m).
COMMON_DC = 0.4

#: Columns of the published text files, which have no header; their authors exchange the names of mu_d and the drop.
PUBLISHED_COLUMNS = ("height", "width", "sxx", "sxy", "syy", "mu_d", "friction_drop", "dc", "label")

#: Name of a table -> its file.
PUBLISHED_FILES = {name: f"rupturemodel_{name}.txt" for name in ("train", "validate", "test")}


def read_published(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the three published files as they are.

    Parameters
    ----------
    folder : Path
        Where the files of `PUBLISHED_FILES` lie.

    Returns
    -------
    dict of str to DataFrame
        "train", "validate", "test" -> `PUBLISHED_COLUMNS`, the label as published.
    """
    return {
        name: pd.DataFrame(np.loadtxt(Path(folder) / file), columns=list(PUBLISHED_COLUMNS)).astype({"label": int})
        for name, file in PUBLISHED_FILES.items()
    }


def rerun(
    tables: Mapping[str, pd.DataFrame], settings: Settings, out: Path, workers: int = 1, progress: bool = True
) -> pd.DataFrame:
    """Simulate the rows of some tables, with their own dc and with the common one, and write the answers.

    Stopped at any time, the same call goes on where it was.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Name of a file -> rows with the columns of `data.rupture.parameters.NAMES`, as from `read_published`.
    settings : Settings
    out : Path
        The csv file to write.
    workers : int, optional
        Processes.
    progress : bool, optional
        Show a progress bar.

    Returns
    -------
    DataFrame
        `file`, `row` (counted from 0 within the file), `dc` ("published" or "0.4"), `label`, `reason`, `tip` (km),
        `time` (s), `crossing_time` (s, infinite if never).
    """
    parts = []
    for name, table in tables.items():
        numbered = table.assign(file=name, row=np.arange(len(table)))
        parts += [numbered.assign(dc=COMMON_DC, kind=str(COMMON_DC)), numbered.assign(kind="published")]
    both = pd.concat(parts, ignore_index=True)
    partial = out.with_name(out.name + ".partial")
    ends = run_rows(both[list(NAMES)], settings, partial, workers, progress)
    kept = [name for name in COLUMNS if name != "cost"]
    answers = both[["file", "row"]].assign(dc=both["kind"]).join(ends[kept])
    write_text(answers.to_csv(index=False, lineterminator="\n"), out)
    partial.unlink()
    return answers


def agreement(answers: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Compare answers with labels, file by file.

    Parameters
    ----------
    answers : DataFrame
        From `rerun`.
    tables : mapping of str to DataFrame
        The same files, with a column `label`; a missing label (nan) is left out.

    Returns
    -------
    DataFrame
        Indexed by (`file`, `dc`): `rows` compared, `agreement` (share of equal labels), `passed_only_here`,
        `passed_only_there`.
    """
    counts = {}
    for (file, dc), found in answers.groupby(["file", "dc"], sort=False):
        here = found.set_index("row")["label"].astype(float)
        there = tables[file]["label"].reset_index(drop=True).astype(float).reindex(here.index)
        known = here.notna() & there.notna()
        here, there = here[known], there[known]
        counts[file, dc] = {
            "rows": len(here),
            "agreement": float((here == there).mean()),
            "passed_only_here": int((here > there).sum()),
            "passed_only_there": int((here < there).sum()),
        }
    return pd.DataFrame.from_dict(counts, orient="index").rename_axis(["file", "dc"])


def dc_evidence(answers: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Ask which dc the published labels were computed with: where the two answers differ, only one can be right.

    Parameters
    ----------
    answers : DataFrame
        From `rerun`.
    tables : mapping of str to DataFrame
        The same files, with a column `label`; a missing label (nan) is left out.

    Returns
    -------
    DataFrame
        Indexed by `file`: `differing` rows, and how many of them side with "0.4" and with "published".
    """
    counts = {}
    for file, found in answers.groupby("file", sort=False):
        both = found.pivot(index="row", columns="dc", values="label").dropna().astype(float)
        label = tables[file]["label"].reset_index(drop=True).astype(float).reindex(both.index)
        decisive = (both[str(COMMON_DC)] != both["published"]) & label.notna()
        sides = {name: int((both[name] == label)[decisive].sum()) for name in both.columns}
        counts[file] = {"differing": int(decisive.sum()), **sides}
    return pd.DataFrame.from_dict(counts, orient="index").rename_axis("file")
