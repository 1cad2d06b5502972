"""What the audit says about label alignment: the findings that follow from an `Alignment`."""

import numpy as np

from data.audit.alignment import FEWEST_ROWS, LOST, Alignment, align
from data.audit.finding import Finding
from data.audit.segmentation import Block
from data.audit.table import Table


def audit_alignment(
    table: Table, *, physical: np.ndarray | None = None, alpha: float = 0.01, seed: int = 0
) -> list[Finding]:
    """Rows whose labels belong to other rows or to none.

    Parameters are those of `data.audit.alignment.align`.

    Returns
    -------
    list of Finding
        `misaligned_labels`, `lost_labels` and `inverted_labels` (errors) and `weaker_labels` (warning), in row order;
        `alignment_not_judged` (info) where the features do not tell the labels well enough for an opinion.
    """
    if len(table) < FEWEST_ROWS or not table.has_binary_labels:
        return []
    alignment = align(table, physical=physical, alpha=alpha, seed=seed)
    if alignment is None:
        return [_not_judged("a class has too few rows to fit a model in folds")]
    if not alignment.blocks and not alignment.scores.informative:
        return [_not_judged("no simple model tells the labels from the features better than the base rate does")]
    return [
        _describe(table, alignment, block, start, stop, elsewhere=_agreement(alignment, _owners(alignment) < 0))
        for block, start, stop in _stretches(alignment)
    ]


def _not_judged(reason: str) -> Finding:
    return Finding(
        "alignment_not_judged",
        "info",
        f"whether labels stand at their own rows cannot be judged: {reason}",
        "check the order of rows and labels against the source of the catalogue",
    )


def _owners(alignment: Alignment) -> np.ndarray:
    """Index of the block that each row's wrong label concerns, -1 for sound rows, of shape (n_rows,)."""
    row = np.arange(len(alignment.label))
    owner = np.full(len(row), -1)
    for number, block in enumerate(alignment.blocks):
        owner[block.first : block.last + 1] = number
    for beside in np.flatnonzero((owner < 0) & (alignment.source != row)):  # rows that took a label of a block
        owner[beside] = owner[alignment.source[beside]]
    return owner


def _stretches(alignment: Alignment) -> list[tuple[Block, int, int]]:
    """Rows with the same wrong, as (block, first row, row after the last)."""
    owner = _owners(alignment)
    offset = np.where(alignment.source == LOST, len(owner), alignment.source - np.arange(len(owner)))
    edges = np.flatnonzero((np.diff(owner) != 0) | (np.diff(offset) != 0)) + 1
    bounds = zip([0, *edges.tolist()], [*edges.tolist(), len(owner)], strict=True)
    return [(alignment.blocks[owner[start]], start, stop) for start, stop in bounds if owner[start] >= 0]


def _agreement(alignment: Alignment, chosen: np.ndarray | slice, label: np.ndarray | None = None) -> float:
    """Share of the chosen rows whose label, as printed unless given, is the one that the model expects."""
    label = alignment.label if label is None else label
    expected = alignment.scores.probability[chosen] > 0.5
    return float(np.mean(label[chosen] == expected)) if len(expected) else float("nan")


def _describe(table: Table, alignment: Alignment, block: Block, start: int, stop: int, *, elsewhere: float) -> Finding:
    chosen = slice(start, stop)
    first, last = int(table.number[start]), int(table.number[stop - 1])
    printed = _agreement(alignment, chosen)
    details = {
        "first_row": first,
        "last_row": last,
        "rows": stop - start,
        "agreement_printed": round(printed, 4),
        "agreement_elsewhere": round(elsewhere, 4),
        "gain_nats": round(block.gain, 1),
        "threshold_nats": round(block.cost, 1),
    }
    others = f"those of sound rows at {elsewhere:.0%}" if np.isfinite(elsewhere) else "and no row is sound"
    evidence = (
        f"labels printed at rows {first}-{last} agree with out-of-fold predictions ({alignment.scores.model}) "
        f"at {printed:.0%} of rows, {others}; over the labels of rows "
        f"{table.number[block.first]}-{table.number[block.last]} the log-likelihood gains {block.gain:.0f} nats "
        f"(a sound catalogue exceeds {block.cost:.1f} anywhere with a chance of {alignment.alpha:g})"
    )
    if block.story in ("inverted", "weaker"):
        return _in_place(block, evidence, {**details, **_ranges(table, block, chosen)})
    if (alignment.source[chosen] == LOST).all():
        return _without_labels(table, block, chosen, evidence, details)
    return _moved(table, alignment, block, chosen, evidence, details)


def _in_place(block: Block, evidence: str, details: dict) -> Finding:
    """Labels that stand at their own rows but do not mean there what they mean elsewhere."""
    first, last = details["first_row"], details["last_row"]
    if block.story == "inverted":
        mend = f"exchange 0 and 1 in the labels of rows {first}-{last}"
        return Finding("inverted_labels", "error", evidence + " when 0 and 1 are exchanged", mend, details)
    return Finding(
        "weaker_labels",
        "warning",
        evidence + " when the features are taken to tell less about the label there than elsewhere",
        f"look for another law, another solver or noisier labels in rows {first}-{last}",
        details,
    )


def _without_labels(table: Table, block: Block, chosen: slice, evidence: str, details: dict) -> Finding:
    first, last = details["first_row"], details["last_row"]
    if block.story == "shift":
        return Finding(
            "lost_labels",
            "error",
            f"the labels of rows {first}-{last} are lost: those printed there belong {abs(block.shift)} rows "
            f"{'above' if block.shift > 0 else 'below'}; " + evidence,
            f"leave out rows {first}-{last}, or run their simulations again",
            details,
        )
    return Finding(
        "misaligned_labels",
        "error",
        evidence + " when they are taken to have nothing to do with their rows; no shift explains them better",
        f"leave out rows {first}-{last} until their labels are found",
        {**details, "shift": None, **_ranges(table, block, chosen)},
    )


def _moved(table: Table, alignment: Alignment, block: Block, chosen: slice, evidence: str, details: dict) -> Finding:
    first, last = details["first_row"], details["last_row"]
    shift = int(alignment.source[chosen.start]) - chosen.start
    mended = _agreement(alignment, chosen, alignment.believed)
    changed = int(np.sum(alignment.believed[chosen] != alignment.label[chosen]))
    supplier = next(other for other in alignment.blocks if other.first <= chosen.start + shift <= other.last)
    where = f"{abs(shift)} rows {'below' if shift > 0 else 'above'} their own"
    return Finding(
        "misaligned_labels",
        "error",
        f"the labels of rows {first}-{last} stand {where}: moved back, they agree with predictions at {mended:.0%} of "
        f"rows ({changed} labels change); " + evidence,
        f"give row i of rows {first}-{last} the label printed at row i{shift:+d}",
        {
            **details,
            "shift": shift,
            "agreement_mended": round(mended, 4),
            "labels_changed": changed,
            **_ranges(table, supplier, chosen),
        },
    )


def _ranges(table: Table, block: Block, chosen: slice) -> dict[str, list[int]]:
    """Row numbers that the two ends of a stretch may take, from the doubt about the ends of the block of labels."""

    def numbers(doubt: tuple[int, int], best: int, position: int) -> list[int]:
        # An end of the stretch is an end of the block, or of the rows that its labels belong to.
        moved = 0 if abs(position - best) <= abs(position - best + block.shift) else block.shift
        ends = [min(doubt[0] - moved, position), max(doubt[1] - moved, position)]
        return table.number[np.clip(ends, 0, len(table) - 1)].tolist()

    return {
        "first_row_range": numbers(block.first_range, block.first, chosen.start),
        "last_row_range": numbers(block.last_range, block.last, chosen.stop - 1),
    }
