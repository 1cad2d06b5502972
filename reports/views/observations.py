"""The observations: where they come from, how many there are, and how noisy they are."""

from bayesnet.contract import Result
from reports.content import Section, Table, pairs_table
from reports.view import View, csv, source
from reports.words import ABSENT, count, number

ATTRIBUTES = ("name", "source", "licence", "repairs", "checksum")


def show(result: Result) -> Section:
    """Where the data come from, and how they are split."""
    part = result.part("observations")
    about = [(key, str(result.data.attrs.get(key) or ABSENT)) for key in ATTRIBUTES]
    train, test = (count(float(part["stations"].sel(split=split))) for split in ("train", "test"))
    rows = tuple(
        (str(name), *(number(float(part[column].sel(component=name))) for column in ("noise", "largest")))
        for name in part["component"].values
    )
    observed, unit = part.attrs["observed"].replace("_", " "), part.attrs["units"]
    noise = Table(
        f"Observed {observed}",
        ("component", f"sd of the noise ({unit})", f"largest {observed} ({unit})"),
        rows,
        source=csv(result, "observations", "component"),
    )
    return Section(
        "Observations",
        "observations",
        paragraphs=(
            f"Every method was fitted to the {observed} at {train} places and judged on that at {test} others. "
            "The noise is Gaussian and its sd is known.",
        ),
        tables=(pairs_table("Observations", about, source=source(result, "data.nc")), noise),
    )


VIEW = View(show)
