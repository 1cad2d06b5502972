"""The catalogue: where it comes from, its split and classes, ranges and plots of its inputs, what the audit found."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from bayesnet.contract import Result
from data.audit.dependent import read_alarms
from data.audit.power import read_power
from reports.content import Image, Section, Table, pairs_table
from reports.html import image
from reports.marks import class_handles, panels
from reports.style import CLASS_COLOURS, CLASS_NAMES, WIDTH, shorten, styled, with_unit
from reports.view import FAIL, PASS, WARN, Check, View, csv, source, with_shown_inputs
from reports.words import ABSENT, fixed, listed, number, percent

ATTRIBUTES = ("name", "source", "licence", "repairs", "checksum")
PHYSICS = {"with": "physics known", "without": "physics unknown"}
BINS = 20
WRITTEN = 12  # inputs up to which the values stand in the cells


def show(result: Result) -> Section | None:
    """Catalogue, split, balance of the classes, audit and inputs."""
    content = result.part("catalogue")
    if content is None or result.data is None:
        return None
    about = [(key, str(result.data.attrs.get(key) or ABSENT)) for key in ATTRIBUTES]
    return Section(
        "Data",
        "catalogue",
        paragraphs=(
            "Every method was fitted to the same training rows and judged on the same test rows. Inputs are "
            "standardised by the mean and sd of the training rows. A label of 1 is called "
            f"{CLASS_NAMES[1]}, one of 0 {CLASS_NAMES[0]}, whatever the catalogue calls them.",
            _audit_words(result.findings),
        ),
        tables=(
            pairs_table("Catalogue", about, source=source(result, "data.nc")),
            _balance(result, content),
            *_findings(result),
        ),
        details=(
            Section("Figures of the inputs", "catalogue-figures", images=_input_images(result, content)),
            Section("Ranges of the inputs", "catalogue-ranges", tables=(_ranges(result, content),)),
            *_power(result),
        ),
    )


def checks(result: Result) -> Iterator[Check]:
    """What the audit found in the data."""
    if result.findings is None:
        return
    of_severity = {
        severity: [one["message"] for one in result.findings if one["severity"] == severity]
        for severity in ("error", "warning")
    }
    for severity, state in (("error", FAIL), ("warning", WARN)):
        if found := of_severity[severity]:
            several = f"{len(found)} {severity}s" if len(found) > 1 else f"one {severity}"
            yield Check("Data", state, f"The audit of the catalogue has {several}: {'; '.join(found)}.")
    if not any(of_severity.values()):
        yield Check("Data", PASS, "The audit of the catalogue found no error and nothing to warn of.")


def _audit_words(findings: list[dict] | None) -> str:
    if findings is None:
        return "No audit of the catalogue is stored with this run."
    if not findings:
        return "The audit of the catalogue, as it was used here, found nothing."
    several = f"{len(findings)} findings" if len(findings) > 1 else "one finding"
    return f"The audit of the catalogue, as it was used here, has {several}; see the table."


def _findings(result: Result) -> tuple[Table, ...]:
    if not result.findings:
        return ()
    cells = tuple(
        tuple(str(finding[key]) for key in ("severity", "kind", "message", "suggestion")) for finding in result.findings
    )
    header = ("severity", "finding", "evidence", "what to do")
    return (Table("Audit", header, cells, source=source(result, "audit.json")),)


def _balance(result: Result, content: xr.Dataset) -> Table:
    cells = []
    for split in content["split"].values:
        of_class = [int(content["rows"].sel({"split": split, "class": value})) for value in CLASS_NAMES]
        share = percent(of_class[0] / sum(of_class)) if sum(of_class) else ABSENT
        cells.append((str(split), str(sum(of_class)), *map(str, of_class), share))
    names = [f"{name} ({value})" for value, name in CLASS_NAMES.items()]
    header = ("rows", "all", *names, f"share of {CLASS_NAMES[1]}")
    return Table("Split and classes", header, tuple(cells), source=csv(result, "catalogue", "split", "class"))


def _ranges(result: Result, content: xr.Dataset) -> Table:
    cells = []
    for feature, unit in zip(content["feature"].values, content["units"].values, strict=True):
        for split in content["split"].values:
            values = content["range"].sel(feature=feature, split=split).values
            cells.append((with_unit(str(feature), str(unit)), str(split), *map(number, values)))
    note = "A unit of 1 means without dimension."
    header = ("input", "rows", *map(str, content["quantile"].values))
    link = csv(result, "catalogue", "split", "quantile", "feature")
    return Table("Ranges of the inputs", header, tuple(cells), note, link)


def _power(result: Result) -> tuple[Section, ...]:
    """What an audit of this kind finds, where the run has one: without it, finding nothing says little."""
    if result.findings is None:
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
        "audit-power",
        "Blocks that the audit finds",
        "Percent of the planted blocks that are found, by their length and by how many rows their labels stand too "
        f"low; {int(power['repeats'].min())} to {int(power['repeats'].max())} blocks per cell.",
        "Heat maps of the share of found blocks over block length and shift, with and without known physics.",
    )
    title = "How much the audit finds"
    return (Section(title, "audit-power", paragraphs=(words,), tables=(_alarms(),), images=(drawn,)),)


def _alarms() -> Table:
    """What the audit says of clean tables whose rows depend on each other."""
    measured = read_alarms()
    rows = tuple(
        (str(name), str(int(one["clean"])), str(int(one["errors"])), percent(one["found"], 0))
        for name, one in measured.iterrows()
    )
    note = (
        "An error in a clean table is a false alarm. Near-copies count as one row, and where the rows are in an order "
        "neighbours count for fewer, so less is found in such tables. Found: planted blocks of 160 labels that stand "
        "25 rows too low, in tables of 500 rows."
    )
    return Table("Alarms on clean tables", ("rows", "tables", "with an error", "planted blocks found"), rows, note)


def _input_images(result: Result, content: xr.Dataset) -> tuple[Image, ...]:
    return *_class_image(result, content), *_correlation_image(result)


def _class_image(result: Result, content: xr.Dataset) -> tuple[Image, ...]:
    of_class = content["rows"].sum("split")
    counts = listed([f"{int(of_class.sel({'class': one}))} of {CLASS_NAMES[one]}" for one in CLASS_COLOURS])
    drawn = image(
        inputs_by_class(with_shown_inputs(result, result.data)),
        "inputs-by-class",
        "Inputs by class",
        f"All {int(of_class.sum())} rows, training and test: {counts}. Each histogram adds up to 100 % of its class; "
        "where the two differ, the input alone already tells the classes apart.",
        "One panel per input: histograms of its values in propagation and in arrest rows.",
        source=source(result, "data.nc"),
    )
    return (drawn,)


def _correlation_image(result: Result) -> tuple[Image, ...]:
    data = with_shown_inputs(result, result.data)
    if data.sizes["feature"] < 2:
        return ()
    table = correlation(data)
    size = np.abs(table.values) * (1 - np.eye(len(table)))
    row, column = np.unravel_index(np.nanargmax(size), size.shape)
    names = table["feature"].values
    drawn = image(
        input_correlation(table),
        "input-correlation",
        "Correlation of the inputs",
        "Strongly coloured cells off the diagonal are inputs that share information: shuffling or varying one of them "
        f"alone makes rows that no simulation would have. Strongest: {names[row]} with {names[column]}, "
        f"{number(float(table[row, column]), 2)}.",
        "Heat map of the rank correlation of every two inputs, over all rows.",
        source=source(result, "data.nc"),
    )
    return (drawn,)


def correlation(catalogue: xr.Dataset) -> xr.DataArray:
    """Spearman correlation of every two inputs over all rows, `(feature, other)`."""
    frame = catalogue["features"].transpose("simulation", "feature").to_pandas()
    names = [str(name) for name in frame.columns]
    return xr.DataArray(frame.corr("spearman").values, {"feature": names, "other": names}, ("feature", "other"))


@styled
def inputs_by_class(catalogue: xr.Dataset) -> Figure:
    """Distribution of each input by class, over all rows.

    Parameters
    ----------
    catalogue : xarray.Dataset
        See `data.make_catalogue`.

    Returns
    -------
    matplotlib.figure.Figure
        Shares of the rows of a class, so that classes of different size can be compared.
    """
    label = catalogue["label"].values
    names, units = catalogue["feature"].values, catalogue["units"].values
    figure, axes = panels(len(names), columns=4, height=1.7)
    for panel, name, unit in zip(axes, names, units, strict=True):
        values = catalogue["features"].sel(feature=name).values
        edges = np.histogram_bin_edges(values[np.isfinite(values)], BINS)
        for one, colour in CLASS_COLOURS.items():
            rows = values[label == one]
            if len(rows):
                shares = np.full(len(rows), 100 / len(rows))
                panel.hist(rows, edges, weights=shares, histtype="stepfilled", color=colour, alpha=0.3)
                panel.hist(rows, edges, weights=shares, histtype="step", color=colour, linewidth=1.4)
        panel.set_xlabel(with_unit(str(name), str(unit)))
        panel.locator_params(axis="x", nbins=4)
        panel.locator_params(axis="y", nbins=4)
    for panel in axes[::4]:
        panel.set_ylabel("rows (%)")
    figure.legend(handles=class_handles(), loc="outside upper left", ncols=2)
    return figure


@styled
def input_correlation(table: xr.DataArray) -> Figure:
    """Heat map of the rank correlation of every two inputs.

    Parameters
    ----------
    table : xarray.DataArray
        See `correlation`.
    """
    names = [shorten(name, 16) for name in table["feature"].values.tolist()]
    side = float(np.clip(1.8 + 0.45 * len(names), 3.2, 7.0))
    figure = Figure(figsize=(side + 0.9, side))
    axes = figure.subplots()
    mesh = axes.imshow(table.values, cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest")
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.grid(visible=False)
    if len(names) <= WRITTEN:
        for (row, column), value in np.ndenumerate(table.values):
            colour = "white" if abs(value) > 0.6 else "#222222"
            axes.text(column, row, fixed(value, 2), ha="center", va="center", color=colour, fontsize=9)
    figure.colorbar(mesh, ax=axes, label="Spearman correlation (1)", shrink=0.8)
    return figure


@styled
def audit_power(power: xr.Dataset) -> Figure:
    """Share of planted blocks that the audit finds.

    Parameters
    ----------
    power : xarray.Dataset
        See `data.audit.power.read_power`.

    Returns
    -------
    matplotlib.figure.Figure
        A heat map of block length by shift for each of `physics`, with the percents in the cells.
    """
    figure = Figure(figsize=(WIDTH, 2.6))
    axes = figure.subplots(1, power.sizes["physics"], sharey=True)
    lengths, shifts = (power[name].values.tolist() for name in ("length", "shift"))
    for panel, physics in zip(axes, power["physics"].values.tolist(), strict=True):
        found = 100 * power["found"].sel(physics=physics).transpose("shift", "length").values
        mesh = panel.imshow(found, cmap="Blues", vmin=0, vmax=100, aspect="auto", interpolation="nearest")
        for (row, column), value in np.ndenumerate(found):
            colour = "white" if value > 60 else "#222222"
            panel.text(column, row, f"{value:.0f}", ha="center", va="center", color=colour, fontsize=9)
        panel.set_xticks(range(len(lengths)), lengths)
        panel.set_yticks(range(len(shifts)), shifts)
        panel.set_xlabel("length of the block (rows)")
        panel.set_title(PHYSICS[physics])
        panel.grid(visible=False)
    axes[0].set_ylabel("shift of its labels (rows)")
    figure.colorbar(mesh, ax=axes, label="found (%)")
    return figure


VIEW = View(show, checks=checks)
