"""Quantities with their truth, told from parts made by hand."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Result
from reports.summary import summarise
from reports.views.quantities import VIEW, quantities, quantities_by_run, some
from reports.words import ABSENT, MINUS
from tests.reports.views.helpers import by_colour, written

NAN = float("nan")
METHODS = ["map", "advi", "nuts"]


def part(keys: list[str], *, known: bool = True) -> xr.Dataset:
    """The mean of each quantity is its place; ADVI has half of the sds and is one sd off."""
    size = len(keys)
    place, absent = np.arange(size, dtype=float), np.full(size, NAN)
    mean = np.stack([place, place + 1, place])
    ends = np.stack([[absent, absent], [place + 0.5, place + 1.5], [place - 2, place + 2]])  # (method, bound, quantity)
    truth = place + 0.1 if known else absent
    apart = np.stack([absent + 0.8, 1 + place / 100, absent])
    apart[0] = 0.8
    variables = {
        "mean": (("method", "quantity"), mean),
        "sd": (
            ("method", "quantity"),
            [absent, place * 0 + 0.5, place * 0 + 1],
        ),
        "interval": (("method", "bound", "quantity"), ends),
        "contraction": (("method", "quantity"), [absent, place * 0 + 0.95, place * 0 + 0.8]),
        "covered": (
            ("method", "quantity"),
            [absent, place * 0 if known else absent, place * 0 + 1 if known else absent],
        ),
        "covered_share": ("method", [NAN, 0.0, 1.0] if known else [NAN] * 3),
        "wasserstein_sd": (("method", "quantity"), apart),
        "mean_wasserstein_sd": ("method", [0.8, 1.0, NAN]),
        "worst_wasserstein_sd": ("method", [0.8, 1.2, NAN]),
        "truth": ("quantity", truth),
        "prior_sd": ("quantity", place * 0 + 2),
    }
    coords = {
        "method": METHODS,
        "quantity": keys,
        "variable": ("quantity", [key.split("[")[0] for key in keys]),
        "label": ("quantity", [key.replace("_", " ") for key in keys]),
        "units": ("quantity", ["km"] * size),
        "bound": ["lower", "upper"],
    }
    return xr.Dataset(variables, coords)


def made(one: xr.Dataset | None, runs: tuple[str, ...] = ()) -> Result:
    groups = {"cost": xr.Dataset({"seconds": ("method", np.ones(3))}, {"method": METHODS})}
    groups |= {} if one is None else {"quantities": one}
    if runs:
        groups = {name: group.expand_dims(run=list(runs)) for name, group in groups.items()}
    tree = xr.DataTree.from_dict(groups)
    tree.attrs["reference"] = "nuts"
    study = {"name": "made", "sections": {"Agreement": ["quantities"]}, "runs": {run: {} for run in runs}}
    return Result(study, tree)


FEW = part(["depth", "slip[0]", "slip[1]"])
MANY = part(["depth", *(f"slip[{i}]" for i in range(40)), "log_moment"])


def test_tables_hold_means_intervals_and_truth():
    section = VIEW.show(made(FEW))
    table, distances = section.tables
    assert table.header == ("quantity", "NUTS", "MAP", "ADVI", "truth")
    assert table.rows[1] == ("slip[0] (km)", f"1.0 [{MINUS}1.0, 3.0]", "1.00", "2.00 [1.50, 2.50]", "1.10")
    assert distances.rows[2] == ("ADVI", "1.00", "1.20", "0.0 %")
    (learnt,) = section.details[0].tables
    assert learnt.header == ("quantity", "ADVI", "NUTS", "prior sd")
    assert learnt.rows[0] == ("depth (km)", "95.0 %", "80.0 %", "2.00")
    assert summarise(made(FEW))["truth_covered"][["advi", "nuts"]].tolist() == [0.0, 1.0]


def test_without_known_truth_there_is_no_column_of_it():
    section = VIEW.show(made(part(["depth"], known=False)))
    assert section.tables[0].header == ("quantity", "NUTS", "MAP", "ADVI")
    assert "true value" not in written(quantities(part(["depth"], known=False)))
    assert len(list(VIEW.verdict(made(part(["depth"], known=False))))) == 1


def test_sentences_tell_the_farthest_and_the_truths():
    apart, held = VIEW.verdict(made(FEW))
    assert "ADVI is 1.0 of its sds away on average, at most 1.0 (slip[1])" in apart
    assert "MAP" not in apart  # it has no spread to compare
    assert held == "Of 3 true values, the 95 % intervals of the draws hold 0 with ADVI and 3 with NUTS."


def test_of_many_quantities_the_single_ones_are_drawn_and_all_are_tabulated():
    assert some(MANY)["quantity"].values.tolist() == ["depth", "log_moment"]
    assert some(FEW).sizes["quantity"] == 3
    section = VIEW.show(made(MANY))
    assert len(section.tables[0].rows) == 2
    everything = section.details[0].tables[0]
    assert len(everything.rows) == 42
    assert "2 of 42" in section.paragraphs[0]
    arrays = part([f"slip[{i}]" for i in range(40)])
    assert some(arrays)["quantity"].values.tolist() == [f"slip[{i}]" for i in range(12)]


def test_figure_has_a_panel_for_each_with_its_truth():
    figure = quantities(FEW)
    panel = figure.axes[1]
    assert panel.get_xlabel() == "slip[0] (km)"
    (dot,) = by_colour(panel, "nuts")
    assert dot.get_xdata() == pytest.approx([1])
    (truth,) = [line for line in panel.get_lines() if line.get_linestyle() == "--"]
    assert truth.get_xdata()[0] == pytest.approx(1.1)


def test_nothing_without_the_part():
    assert VIEW.show(made(None)) is None
    assert not list(VIEW.verdict(made(None)))
    assert VIEW.across.show(made(None, runs=("a", "b"))) is None


def test_several_runs_of_which_one_has_no_such_quantity():
    one = FEW.isel(quantity=[0, 1])
    both = xr.concat(
        [one, FEW], xr.Variable("run", ["a", "b"]), data_vars="all", coords="minimal", compat="override", join="outer"
    )
    result = made(None, runs=("a", "b"))
    result.parts["quantities"] = xr.DataTree(both)
    table, distances = VIEW.across.show(result).tables
    assert [row[:2] for row in table.rows[2:4]] == [("a", "NUTS"), ("b", "MAP")]
    assert table.rows[2][4] == ABSENT
    assert table.rows[5][4] == "2.0 [0.0, 4.0]"
    assert table.header[4].startswith("slip[1]")
    assert len(distances.rows) == 6
    assert "true value" in written(quantities_by_run(both))
