"""The published labels on trial: do they agree with this project's solver, block by block, and where do they not?

Everything is computed from the published files and the stored answers of the solver (`data.rupture.trial.answers`), without
simulating. The solver's settings were chosen on the validation rows alone (`data.rupture.trial.calibration`).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression

from data.published import MISLABELLED, SHIFT, read_published, repaired_labels
from data.rupture.solver.parameters import stress_drop
from data.rupture.solver.settings import Settings
from data.rupture.trial.answers import COMMON, PUBLISHED, read_answers

#: Agreement that rows whose labels are in order should reach.
GOAL = 0.98

#: Blocks of training rows by what is the matter with their labels; the other two files are blocks of their own.
IN_ORDER, MOVED, LOST = "train 0-99, 500-999", "train 100-424", "train 425-499"
BLOCKS = (IN_ORDER, MOVED, LOST, "validate", "test")

#: A rupture is near the threshold where its pace is within this factor of 1.
NEAR = 1.25

#: Why a label-0 simulation ended while its front was still creeping.
CREEPING = ("late", "time")


def provenance_trial() -> dict[str, xr.Dataset]:
    """Everything that the trial says, from the published files and the stored answers.

    Returns
    -------
    dict of str to xarray.Dataset
        `simulations`: see `join`; the others under the names of their functions: `agreement`, `disputed`,
        `dc_evidence`, `dc_slopes`, `endings`, `disagreements`, `restored`.

    Raises
    ------
    InputError
        Where the published files are not to be found.
    """
    simulations = join(read_published(), read_answers())
    parts = (agreement, disputed, dc_evidence, dc_slopes, endings, disagreements, restored)
    return {"simulations": simulations} | {part.__name__: part(simulations) for part in parts}


def join(published: Mapping[str, pd.DataFrame], answers: pd.DataFrame) -> xr.Dataset:
    """Labels, answers and physics of every row side by side.

    Parameters
    ----------
    published : mapping of str to DataFrame
        From `data.published.read_published`.
    answers : DataFrame
        From `data.rupture.trial.answers.read_answers`.

    Returns
    -------
    xarray.Dataset
        Over `simulation` (as in the published catalogues; coordinates `file`, `row`, `block`), `labelling` ("printed",
        "repaired") and `dc` ("0.4", "published"): `label (simulation, labelling)`, 0, 1 or NaN where lost;
        `answer (simulation, dc)`, the solver's label; its `reason`, furthest `tip` (km), simulated `time` (s) and
        `crossing_time` (s, infinite if never), all `(simulation, dc)`; `pace (simulation, dc)`, the mean speed of the
        front over the speed that passes the barrier just in time; and the inputs `stress_drop` (MPa),
        `strength_drop` (MPa), `stress_position` r (0 dynamic, 1 static strength), `slip_distance` (m, as published),
        `steepness` (height over width), `barrier_width` (km) and `stress_ratio` (sxx/syy), all `(simulation)`.
    """
    table = pd.concat(published, names=["file", "row"])
    kinds = [COMMON, PUBLISHED]
    found = {
        name: answers.pivot(index=["file", "row"], columns="dc", values=name).reindex(table.index)[kinds].to_numpy()
        for name in ("label", "reason", "tip", "time", "crossing_time")
    }
    label = np.column_stack([table["label"], repaired_labels(table["label"])])
    file, row = (table.index.get_level_values(name).to_numpy() for name in ("file", "row"))
    both = ("simulation", "dc")
    return xr.Dataset(
        {
            "label": (("simulation", "labelling"), label),
            "answer": (both, found["label"].astype(float)),
            "reason": (both, found["reason"].astype(str)),
            **{name: (both, found[name], {"units": unit}) for name, unit in TIMES.items()},
            "pace": (both, _pace(found), {"units": "1"}),
            **{name: ("simulation", values, {"units": unit}) for name, (values, unit) in _physics(table).items()},
        },
        coords={
            "simulation": np.arange(len(table)),
            "labelling": ["printed", "repaired"],
            "dc": kinds,
            "file": ("simulation", file.astype(str)),
            "row": ("simulation", row),
            "block": ("simulation", [_block(*place) for place in zip(file, row, strict=True)]),
        },
    )


TIMES = {"tip": "km", "time": "s", "crossing_time": "s"}


def _block(file: str, row: int) -> str:
    if file != "train":
        return file
    if not MISLABELLED.start <= row < MISLABELLED.stop:
        return IN_ORDER
    return MOVED if row < MISLABELLED.stop - SHIFT else LOST


def _pace(found: Mapping[str, np.ndarray]) -> np.ndarray:
    """Mean speed of a front, until it crossed or the simulation ended, over the least speed that gives label 1."""
    settings = Settings()  # those of the stored answers
    distance = settings.crossing - settings.nucleation_x
    crossed = np.isfinite(found["crossing_time"])
    way = np.where(crossed, distance, found["tip"] - settings.nucleation_x)
    return way / np.where(crossed, found["crossing_time"], found["time"]) / (distance / settings.duration)


def _physics(table: pd.DataFrame) -> dict[str, tuple[np.ndarray, str]]:
    """What decides a rupture, and its units."""
    drop = stress_drop(table)
    strength = -table["syy"] * table["friction_drop"]
    return {
        "stress_drop": (drop.to_numpy(), "MPa"),
        "strength_drop": (strength.to_numpy(), "MPa"),
        "stress_position": ((drop / strength).to_numpy(), "1"),
        "slip_distance": (table["dc"].to_numpy(), "m"),
        "steepness": ((table["height"] / table["width"]).to_numpy(), "1"),
        "barrier_width": (table["width"].to_numpy(), "km"),
        "stress_ratio": ((table["sxx"] / table["syy"]).to_numpy(), "1"),
    }


def share(counts: xr.DataArray, of: xr.DataArray) -> xr.Dataset:
    """Share of some rows among others, with its 95 % interval (Clopper & Pearson 1934); NaN where there are none.

    Parameters
    ----------
    counts, of : xarray.DataArray
        Numbers of rows, of equal dimensions.

    Returns
    -------
    xarray.Dataset
        `share`, `lower`, `upper`, of those dimensions.
    """

    def one(k: int, n: int) -> tuple[float, float, float]:
        return (k / n, *binomtest(int(k), int(n)).proportion_ci(0.95)) if n else (np.nan,) * 3

    found = xr.apply_ufunc(np.vectorize(one), counts, of, output_core_dims=[[]] * 3)
    return xr.Dataset(dict(zip(("share", "lower", "upper"), found, strict=True)))


def _by_block(marked: xr.DataArray) -> xr.DataArray:
    """Number of marked rows in each block, `(block, ...)`."""
    member = marked["block"].values == np.array(BLOCKS)[:, None]
    of_block = xr.DataArray(member, {"block": list(BLOCKS)}, ("block", "simulation"))
    return (of_block & marked.drop_vars("block")).sum("simulation")


def _stacked(parts: Mapping[str, xr.DataArray], dim: str) -> xr.DataArray:
    """Arrays along a new dimension, by their names."""
    return xr.concat(list(parts.values()), dim).assign_coords({dim: list(parts)})


def agreement(simulations: xr.Dataset) -> xr.Dataset:
    """How often labels and answers are equal.

    Parameters
    ----------
    simulations : xarray.Dataset
        From `join`.

    Returns
    -------
    xarray.Dataset
        Over `block`, `labelling` and `dc`: `rows` with a known label, `near` the threshold among them, `agreeing` ones,
        `passed_only_here` and `passed_only_there` (label 1 by one side only), `share` agreeing with its interval
        (`lower`, `upper`), and `chance`, the share that would agree if labels were exchanged among the rows of the
        block. Attribute `goal`: the share that rows whose labels are in order should reach.
    """
    label, answer = simulations["label"], simulations["answer"]
    known = np.isfinite(label) & np.isfinite(answer)
    rows = _by_block(known)
    agreeing = _by_block(known & (label == answer))
    here, there = (_by_block(known & (side == 1)) / rows for side in (answer, label))
    counts = {
        "rows": rows,
        "near": _by_block(known & near(simulations)),
        "agreeing": agreeing,
        "passed_only_here": _by_block(known & (answer > label)),
        "passed_only_there": _by_block(known & (answer < label)),
        "chance": here * there + (1 - here) * (1 - there),
        **share(agreeing, rows),
    }
    return xr.Dataset(counts, attrs={"goal": GOAL})


def disputed(simulations: xr.Dataset) -> xr.Dataset:
    """Whom the solver sides with where the repair changes the label.

    Returns
    -------
    xarray.Dataset
        Over `dc`: disputed `rows`, those `with_repair`, and their `share` with its interval.
    """
    printed, repaired = (simulations["label"].sel(labelling=name, drop=True) for name in ("printed", "repaired"))
    changed = np.isfinite(repaired) & (printed != repaired) & np.isfinite(simulations["answer"])
    sided = (changed & (simulations["answer"] == repaired)).sum("simulation")
    rows = changed.sum("simulation")
    return xr.Dataset({"rows": rows, "with_repair": sided, **share(sided, rows)})


#: Sum of the blocks that had no part in choosing the solver's settings.
APART = "all but validate"


def dc_evidence(simulations: xr.Dataset) -> xr.Dataset:
    """Which dc the labels were computed with: where the two answers differ, only one can be right.

    Returns
    -------
    xarray.Dataset
        Over `block`, its sum "all", and `APART`, all but the validation rows, which the solver's settings were chosen
        on: `differing` rows of known (repaired) label, those that side `with_common`, 0.4 m
        in every row, and `with_published`; the `share` with the common one and its interval; and `p`, two-sided, of
        the hypothesis that labels side with either equally often (McNemar 1947, exact).
    """
    repaired = simulations["label"].sel(labelling="repaired", drop=True)
    common, published = (simulations["answer"].sel(dc=name, drop=True) for name in (COMMON, PUBLISHED))
    decisive = np.isfinite(repaired) & (abs(common - published) == 1)  # not where an answer is missing
    counts = xr.Dataset(
        {
            "differing": _by_block(decisive),
            "with_common": _by_block(decisive & (common == repaired)),
            "with_published": _by_block(decisive & (published == repaired)),
        }
    )
    sums = {"all": counts, APART: counts.drop_sel(block="validate")}
    counts = xr.concat([counts, *(part.sum("block").expand_dims(block=[name]) for name, part in sums.items())], "block")
    p = [_sign_test(*pair) for pair in zip(counts["with_common"].values, counts["differing"].values, strict=True)]
    return counts.assign(share(counts["with_common"], counts["differing"])).assign(p=("block", p))


def _sign_test(k: int, n: int) -> float:
    return float(binomtest(int(k), int(n)).pvalue) if n else np.nan


#: Inputs of the regression; those marked are taken as logarithms.
REGRESSORS = {
    "slip_distance": True,
    "stress_drop": True,
    "strength_drop": True,
    "steepness": False,
    "barrier_width": False,
    "stress_ratio": False,
}


def dc_slopes(simulations: xr.Dataset) -> xr.Dataset:
    """Whether outcomes depend on the published dc: logistic regressions of them on the physics of a row.

    The labels' slope of ln dc is to be held against that of the answers which did use the published dc, and that of the
    answers which did not.

    Returns
    -------
    xarray.Dataset
        Over `outcome` ("labels", repaired; "answers, dc 0.4"; "answers, dc published") and `input` (of `REGRESSORS`):
        `slope` of the log odds of propagation (per unit of the input or of its logarithm), `standard_error` from the
        Fisher information, and `lower`, `upper`, the 95 % interval. All are over the same `rows` (attribute).
    """
    complete = np.isfinite(simulations["label"].sel(labelling="repaired")) & np.isfinite(simulations["answer"]).all(
        "dc"
    )
    known = simulations.isel(simulation=np.flatnonzero(complete))
    x = np.column_stack([np.log(known[name]) if log else known[name] for name, log in REGRESSORS.items()])
    outcomes = {
        "labels": known["label"].sel(labelling="repaired"),
        **{f"answers, dc {name}": known["answer"].sel(dc=name) for name in (COMMON, PUBLISHED)},
    }
    slope, error = np.swapaxes([_logistic(x, outcome.values) for outcome in outcomes.values()], 0, 1)
    dims = ("outcome", "input")
    parts = {"slope": slope, "standard_error": error, "lower": slope - 1.96 * error, "upper": slope + 1.96 * error}
    return xr.Dataset(
        {name: (dims, values) for name, values in parts.items()},
        {"outcome": list(outcomes), "input": [f"ln {name}" if log else name for name, log in REGRESSORS.items()]},
        {"rows": len(x)},
    )


def _logistic(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes of an unpenalised logistic regression and their standard errors, of shape (n_inputs,)."""
    sd = x.std(axis=0)
    z = (x - x.mean(axis=0)) / sd
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8, max_iter=1000).fit(z, y)
    p = model.predict_proba(z)[:, 1]
    design = np.column_stack([np.ones(len(z)), z])
    covariance = np.linalg.inv(design.T @ (design * (p * (1 - p))[:, None]))
    return model.coef_[0] / sd, np.sqrt(np.diag(covariance))[1:] / sd


def near(simulations: xr.Dataset) -> xr.DataArray:
    """Ruptures that nearly had the other outcome: a front within a factor of `NEAR` of the pace that just passes."""
    pace = simulations["pace"]
    return (pace > 1 / NEAR) & (pace < NEAR)


def endings(simulations: xr.Dataset) -> xr.Dataset:
    """How the simulations with dc = 0.4 m ended where the (repaired) labels agree, and where they do not.

    Returns
    -------
    xarray.Dataset
        Over `verdict` ("agrees", "disagrees") and `ending` ("creeping": ended while the front still moved, but too
        slowly; "stalled"; "passed"; and "near": of whatever end, but close to the threshold, see `near`): number of
        `rows` out of `of`, and their `share` with its interval.
    """
    rows = _with_verdict(simulations)
    marks = {
        "creeping": rows["reason"].isin(CREEPING),
        "stalled": rows["reason"] == "stalled",
        "passed": rows["reason"] == "passed",
        "near": near(rows),
    }
    group = _stacked({verdict: rows["verdict"] == verdict for verdict in ("agrees", "disagrees")}, "verdict")
    counts = (group & _stacked(marks, "ending")).sum("simulation")
    of = group.sum("simulation").broadcast_like(counts)
    return xr.Dataset({"rows": counts, "of": of, **share(counts, of)})


def disagreements(simulations: xr.Dataset) -> xr.Dataset:
    """The rows whose (repaired) label is not what the solver says with dc = 0.4 m, in their order.

    Returns
    -------
    xarray.Dataset
        Over `simulation`, with the coordinates and variables of `join` for these labels and this dc.
    """
    rows = _with_verdict(simulations)
    return rows.isel(simulation=np.flatnonzero(rows["verdict"] == "disagrees"))


def _with_verdict(simulations: xr.Dataset) -> xr.Dataset:
    """Rows of known (repaired) label with the answers for dc = 0.4 m, and whether the two are the same."""
    rows = simulations.sel(labelling="repaired", dc=COMMON, drop=True)
    rows = rows.isel(simulation=np.flatnonzero(np.isfinite(rows["label"])))
    verdict = np.where(rows["label"] == rows["answer"], "agrees", "disagrees")
    return rows.assign(verdict=("simulation", verdict))


def restored(simulations: xr.Dataset) -> xr.Dataset:
    """The rows whose labels are lost, with the solver's answers.

    Returns
    -------
    xarray.Dataset
        Over `simulation` and `dc`: the variables of `join` and `near`, whether the rupture is close to the threshold.
        Attributes: `near` rows with dc = 0.4 m, and `expected_wrong`, that number times the share of near rows of known
        label in which the solver is wrong.
    """
    lost = simulations.isel(simulation=np.flatnonzero(simulations["block"] == LOST)).drop_dims("labelling")
    known = _with_verdict(simulations)
    wrong = float((known["verdict"] == "disagrees").values[near(known).values].mean())
    count = int(near(lost).sel(dc=COMMON).sum())
    return lost.assign(near=near(lost).astype(np.int8)).assign_attrs(near=count, expected_wrong=count * wrong)
