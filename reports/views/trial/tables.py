"""Tables of the trial of the published labels."""

from collections.abc import Callable

import xarray as xr

from data.rupture.trial.answers import COMMON, PUBLISHED
from data.rupture.trial.rows import LOST, MOVED, NEAR
from reports.content import Table
from reports.views.trial.words import CLEAN, count_words, goal_words, meets, share_words, slope_words
from reports.words import ABSENT, fixed, number, percent

DC_NAMES = {COMMON: "0.4 m", PUBLISHED: "published"}
ENDINGS = {
    "creeping": "arrest, still creeping",
    "stalled": "arrest, stalled",
    "passed": "passed",
    "near": f"pace within a factor {NEAR:g} of just passing",
}
OUTCOMES = {
    "labels": "published labels",
    f"answers, dc {COMMON}": "solver, dc = 0.4 m",
    f"answers, dc {PUBLISHED}": "solver, dc as published",
}


def _agreement_table(agreement: xr.Dataset) -> Table:
    cells = []
    for block in agreement["block"].values.tolist():
        labellings = {MOVED: ("printed", "repaired"), LOST: ("printed",)}.get(block, ("repaired",))
        for labelling in labellings:
            for dc in (COMMON, PUBLISHED):
                part = agreement.sel(block=block, labelling=labelling, dc=dc)
                cells.append(
                    (
                        block,
                        "in order" if block in CLEAN else labelling,
                        DC_NAMES[dc],
                        share_words(part),
                        goal_words(meets(agreement, block, dc)) if labelling == "repaired" else ABSENT,
                        count_words(part, "agreeing"),
                        percent(float(part["chance"])),
                        *(str(int(part[name])) for name in ("near", "passed_only_here", "passed_only_there")),
                    )
                )
    header = ("rows", "labels", "dc", "agreement ↑", f"goal {percent(agreement.attrs['goal'], 0)}", "rows that agree")
    header += ("by chance", "near", "1 by solver only", "1 by label only")
    return Table("Agreement of solver and labels", header, tuple(cells), AGREEMENT_NOTE)


AGREEMENT_NOTE = (
    "Brackets are exact 95 % intervals. Near: ruptures whose front has a mean speed within a factor "
    f"{NEAR:g} of the least that passes in time. By chance: the share if the labels were exchanged among the rows of a "
    "block. Labels printed at rows 425-499 belong to rows 350-424. The validation rows had a part in choosing the "
    "solver's settings, the others none."
)


def _disputed_table(disputed: xr.Dataset) -> Table:
    cells = tuple(
        (
            DC_NAMES[dc],
            *(str(int(disputed[name].sel(dc=dc))) for name in ("rows", "with_repair")),
            share_words(disputed.sel(dc=dc)),
        )
        for dc in disputed["dc"].values.tolist()
    )
    return Table("Labels that the repair changes", ("dc", "changed", "solver sides with repair", "share ↑"), cells)


def _dc_table(evidence: xr.Dataset) -> Table:
    cells = []
    for block in evidence["block"].values[evidence["differing"].values > 0].tolist():
        part = evidence.sel(block=block)
        counts = (str(int(part[name])) for name in ("differing", "with_common", "with_published"))
        cells.append((block, *counts, share_words(part), number(float(part["p"]), 2)))
    header = ("rows", "answers differ", "side with 0.4 m", "side with published dc", "share with 0.4 m", "p")
    return Table("Which dc the labels side with", header, tuple(cells), DC_NOTE)


DC_NOTE = (
    "Repaired labels. p: two-sided, that labels side with either dc equally often (exact McNemar test). The validation "
    "rows had a part in choosing the solver's settings: its crossing point and time with dc = 0.4 m."
)


def _slopes_table(slopes: xr.Dataset) -> Table:
    cells = tuple(
        (OUTCOMES[outcome], *(slope_words(slopes.sel(outcome=outcome, input=name)) for name in slopes["input"].values))
        for outcome in slopes["outcome"].values.tolist()
    )
    names = [str(name).replace("_", " ") for name in slopes["input"].values]
    note = (
        "Change of the log odds of propagation per unit of the input, by logistic regression on "
        f"{slopes.attrs['rows']} rows; brackets are 95 % intervals. The slip distance is dc as published."
    )
    return Table("What outcomes depend on", ("outcome", *names), cells, note)


def _endings_table(endings: xr.Dataset) -> Table:
    cells = []
    for ending in endings["ending"].values.tolist():
        row = [ENDINGS[ending]]
        for verdict in ("agrees", "disagrees"):
            part = endings.sel(verdict=verdict, ending=ending)
            row += [str(int(part["rows"])), share_words(part)]
        cells.append(tuple(row))
    right, wrong = (int(endings["of"].sel(verdict=verdict)[0]) for verdict in ("agrees", "disagrees"))
    header = ("simulation", f"of {right} agreeing", "share", f"of {wrong} disagreeing", "share")
    return Table("How simulations ended", header, tuple(cells), "With dc = 0.4 m, compared with the repaired labels.")


def row_table(title: str, rows: xr.Dataset) -> Table:
    """How the simulations of single rows ended, one line per row."""
    known = "label" in rows
    cells = []
    for simulation in rows["simulation"].values:
        row = rows.sel(simulation=simulation)
        cells.append(
            (
                f"{row['file'].item()} {row['row'].item()}",
                *((f"{float(row['label']):.0f}",) if known else ()),
                f"{float(row['answer']):.0f}",
                str(row["reason"].item()),
                fixed(float(row["tip"]), 2),
                fixed(float(row["crossing_time"]), 2),
                fixed(float(row["pace"]), 2),
                number(float(row["stress_drop"])),
                number(float(row["stress_position"])),
            )
        )
    header = ("row", *(("label",) if known else ()), "solver", "end", "furthest tip (km)", "crossing (s)", "pace (1)")
    header += ("stress drop (MPa)", "r (1)")
    return Table(title, header, tuple(cells), LISTING_NOTE)


LISTING_NOTE = (
    "With dc = 0.4 m. Pace: mean speed of the front over the least that passes the barrier in time. r: position of the "
    f"initial shear stress between dynamic (0) and static (1) strength. {ABSENT}: never crossed."
)


TABLES: dict[str, Callable[[xr.Dataset], Table]] = {
    "agreement": _agreement_table,
    "disputed": _disputed_table,
    "dc_evidence": _dc_table,
    "dc_slopes": _slopes_table,
    "endings": _endings_table,
}
