"""What a page of several runs says of the runs themselves."""

import copy
from dataclasses import replace

import pytest
import xarray as xr

from bayesnet.contract import Result
from reports.view import FAIL, PASS, WARN
from reports.views.runs import VIEW, flat
from reports.words import ABSENT
from tests.reports.conftest import HOSTILE
from tests.reports.views.helpers import checked

ABOUT = {
    "folder": "a",
    "errors": 0,
    "settings": {"name": "x", "question": "?", "problem": {"hidden": 99}, "configs": {}, "data": "d", "seed": 0},
    "problem": {"problem": "network", "hidden": 12, "activation": "relu", "upsample_seed": None},
    "configs": {"mlp": {"restarts": 20, "alphas": [0.1, 1.0]}},
    "data": "d",
    "n_train": 150,
    "n_test": 100,
    "made": {"mlp": {"versions": '{"numpy": "2"}'}},
}


def of(runs: dict[str, dict], *parts: str) -> Result:
    tree = xr.DataTree.from_dict({name: xr.Dataset() for name in parts})
    tree.attrs = {"baseline": next(iter(runs))}
    return Result({"runs": runs}, tree)


def with_(path: str, value: object) -> dict:
    """What is stored of a run, with one other value."""
    about = copy.deepcopy(ABOUT)
    *way, last = path.split("/")
    inside = about
    for key in way:
        inside = inside[key]
    inside[last] = value
    return about


def test_settings_that_differ_are_a_table_and_the_others_are_told_once():
    section = VIEW.across.show(of({"one": ABOUT, "two": with_("problem/activation", "tanh")}))
    (table,) = section.tables
    assert table.header == ("run", "network.activation", "folder")
    assert table.rows == (("one", "relu", "a"), ("two", "tanh", "a"))
    same = dict(section.details[0].tables[0].rows)
    assert same["network.hidden"] == "12"  # as it was used
    assert same["network.upsample_seed"] == ABSENT
    assert same["mlp.alphas"] == "0.1, 1.0"
    assert same["n_train"] == "150"
    assert "name" not in same


def test_a_method_that_a_run_does_not_have_is_no_difference():
    other = with_("configs", {"nuts": {"chains": 4}})
    section = VIEW.across.show(of({"one": ABOUT, "two": other}))
    assert section.tables[0].header == ("run", "folder")
    assert {"mlp.restarts", "nuts.chains"} <= set(dict(section.details[0].tables[0].rows))


@pytest.mark.parametrize(("parts", "told"), [(("changes",), "the same 100 rows"), ((), "stand side by side")])
def test_runs_on_other_rows_are_not_compared(parts, told):
    (text,) = VIEW.across.show(of({"one": ABOUT, "two": ABOUT}, *parts)).paragraphs
    assert told in text


def test_errors_in_the_data_fail_a_check_and_other_libraries_are_warned_of():
    assert [*checked(VIEW.across, of({"one": ABOUT, "two": ABOUT}), PASS)] == ["Data", "Libraries"]
    wrong = checked(VIEW.across, of({"one": ABOUT, "two": with_("errors", 2)}), FAIL)
    assert "the catalogue of two" in wrong["Data"]
    others = of({"one": ABOUT, "two": with_("made/mlp/versions", '{"numpy": "3"}')})
    assert "different versions" in checked(VIEW.across, others, WARN)["Libraries"]


def test_nested_settings_have_one_name_each():
    assert flat({"a": 1, "b": {"c": {"d": 2}, "e": [3]}}) == {"a": 1, "b.c.d": 2, "b.e": [3]}


def test_stored_runs_are_told_as_they_are(runs_result):
    section = VIEW.across.show(runs_result)
    assert [row[0] for row in section.tables[0].rows] == ["first", HOSTILE]
    assert section.tables[0].rows[1][-1] == "../other"
    assert dict(section.details[0].tables[0].rows)["data"] == "logistic"
    assert VIEW.show(replace(runs_result, study={})) is None  # nothing of it on the page of one run
