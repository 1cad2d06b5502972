"""The data: where the catalogue comes from, what is in it, and what the audit found."""

import numpy as np

from data import rows
from data.audit.power import read_power
from reports.content import Material, Section, Table, pairs_table
from reports.figures.audit_power import audit_power
from reports.style import CLASS_NAMES, with_unit
from reports.html import image
from reports.words import ABSENT, number, percent

ATTRIBUTES = ("name", "source", "licence", "repairs", "checksum")


def data(material: Material) -> Section:
    """Catalogue, provenance, split, balance of the classes, ranges of the inputs, audit."""
    catalogue = material.run.catalogue
    about = [(key, str(catalogue.attrs.get(key) or ABSENT)) for key in ATTRIBUTES]
    source = material.source("catalogue.nc")
    return Section(
        "Data",
        "data",
        paragraphs=(
            "Every method was fitted to the same training rows and judged on the same test rows. Inputs are "
            "standardised by the mean and sd of the training rows. A label of 1 is called "
            f"{CLASS_NAMES[1]}, one of 0 {CLASS_NAMES[0]}, whatever the catalogue calls them.",
            _audit_words(material.findings),
        ),
        tables=(pairs_table("Catalogue", about, source=source), _balance(material), *_findings(material)),
        details=(Section("Ranges of the inputs", "data-inputs", tables=(_ranges(material),)), *_power(material)),
    )


def _audit_words(findings: list[dict] | None) -> str:
    if findings is None:
        return "No audit of the catalogue is stored with this run."
    if not findings:
        return "The audit of the catalogue, as it was used here, found nothing."
    return f"The audit of the catalogue, as it was used here, has {len(findings)} finding(s); see the table."


def _findings(material: Material) -> tuple[Table, ...]:
    if not material.findings:
        return ()
    cells = tuple(
        tuple(str(finding[key]) for key in ("severity", "kind", "message", "suggestion"))
        for finding in material.findings
    )
    header = ("severity", "finding", "evidence", "what to do")
    return (Table("Audit", header, cells, source=material.source("audit.json")),)


def _balance(material: Material) -> Table:
    cells = []
    for part in ("train", "test"):
        label = rows(material.run.catalogue, part)["label"].values
        of_class = [int((label == value).sum()) for value in (0, 1)]
        cells.append((part, str(len(label)), *map(str, of_class), percent(of_class[1] / len(label))))
    header = ("rows", "all", *(f"{CLASS_NAMES[value]} ({value})" for value in (0, 1)), f"share of {CLASS_NAMES[1]}")
    return Table("Split and classes", header, tuple(cells), source=material.source("catalogue.nc"))


def _ranges(material: Material) -> Table:
    catalogue = material.run.catalogue
    cells = []
    for feature, unit in zip(catalogue["feature"].values, catalogue["units"].values, strict=True):
        name = with_unit(str(feature), str(unit))
        for part in ("train", "test"):
            values = rows(catalogue, part)["features"].sel(feature=feature).values
            cells.append((name, part, *map(number, (values.min(), float(np.median(values)), values.max()))))
    note = "A unit of 1 means without dimension."
    header = ("input", "rows", "smallest", "median", "largest")
    return Table("Ranges of the inputs", header, tuple(cells), note, material.source("catalogue.nc"))


def _power(material: Material) -> tuple[Section, ...]:
    """What an audit of this kind finds, where the run has one: without it, finding nothing says little."""
    if material.findings is None:
        return ()
    power = read_power()
    alarms = " and ".join(str(count) for count in power["false_alarms"].values.tolist())
    words = (
        f"Measured on {power.attrs['rows']} rows at a time of the repaired published catalogue, in which blocks of "
        "labels were moved on purpose: a block counts as found if findings cover it with a Jaccard index of at least "
        f"one half. In {power.attrs['clean']} catalogues left clean it found something in {alarms}, where columns bear "
        "the names of a rupture's and where they do not."
    )
    drawn = image(
        audit_power(power),
        "audit_power",
        "Blocks that the audit finds",
        "Percent of the planted blocks that are found, by their length and by how many rows their labels stand too "
        f"low; {int(power['repeats'].min())} to {int(power['repeats'].max())} blocks a cell.",
        "Heat maps of the share of found blocks over block length and shift, with and without known physics.",
    )
    return (Section("How much the audit finds", "audit-power", paragraphs=(words,), images=(drawn,)),)
