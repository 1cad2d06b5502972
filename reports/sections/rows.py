"""The test rows that deserve a look: the most uncertain, and the most confidently wrong."""

import numpy as np
import xarray as xr

from reports.content import Material, Section, Table
from reports.style import with_unit
from reports.words import fixed, name_of, number

MOST = 20


def uncertain_rows(material: Material) -> Section:
    """The twenty rows of which the reference is least certain."""
    of_rows, measure = _of_reference(material)
    order = np.argsort(-of_rows["uncertainty"].sel(measure=measure).values, kind="stable")[:MOST]
    what = {"sd": "sd of the score over draws", "total": "entropy of the score"}[measure]
    note = f"Test rows by {what} of {name_of(material.reference)}, the largest first."
    title = f"The {len(order)} most uncertain rows"
    table = _table(material, title, of_rows.isel(simulation=order), note)
    return Section(title, "rows-uncertain", tables=(table,))


def wrong_rows(material: Material) -> Section:
    """The misclassified rows whose score is furthest from 0.5."""
    of_rows, _ = _of_reference(material)
    wrong = np.flatnonzero(np.isin(of_rows["cell"].values, ("FP", "FN")))
    distance = np.abs(of_rows["score"].values[wrong] - 0.5)
    order = wrong[np.argsort(-distance, kind="stable")][:MOST]
    title, anchor = "The most confidently wrong rows", "rows-wrong"
    if not len(order):
        return Section(title, anchor, paragraphs=(f"{name_of(material.reference)} misclassifies no test row.",))
    note = (
        f"Of {len(wrong)} test rows that {name_of(material.reference)} misclassifies; FP is an arrest called "
        "propagation, FN the reverse."
    )
    return Section(title, anchor, tables=(_table(material, title, of_rows.isel(simulation=order), note),))


def _of_reference(material: Material) -> tuple[xr.Dataset, str]:
    """Uncertainty of every row by the reference, and the measure that it has."""
    of_rows = material.comparison["uncertainty"].to_dataset().sel({"method": material.reference})
    known = bool(of_rows["uncertainty"].sel(measure="sd").notnull().all())
    return of_rows, "sd" if known else "total"


def _table(material: Material, title: str, chosen: xr.Dataset, note: str) -> Table:
    inputs = material.run.fits[material.reference]["predictions_constant_data"].to_dataset()
    cells = []
    for simulation in chosen["simulation"].values:
        row = chosen.sel(simulation=simulation)
        sd, entropy = (float(row["uncertainty"].sel(measure=measure)) for measure in ("sd", "total"))
        values = inputs["features"].sel(simulation=simulation).values
        cells.append(
            (
                str(simulation),
                str(row["cell"].item()),
                fixed(float(row["score"]), 3),
                number(sd),
                number(entropy),
                *map(number, values),
            )
        )
    names = [with_unit(str(f), str(u)) for f, u in zip(inputs["feature"].values, inputs["units"].values, strict=True)]
    header = ("simulation", "cell", "score", "sd", "entropy (nats)", *names)
    return Table(title, header, tuple(cells), note, material.csv("uncertainty"))
