import json

import numpy as np
import xarray as xr

from bayesnet import Context, Network, Part
from bayesnet.context import along, part_named
from bayesnet.problems.linear import Linear
from bayesnet.runs import RUN_PARTS


def test_parts_of_several_runs_are_found_by_name_too():
    for section in RUN_PARTS.values():
        for name in section:
            assert isinstance(part_named(name), Part)


def test_a_part_is_computed_once_whoever_asks_for_it(monkeypatch):
    asked = []

    def compute(context: Context) -> xr.Dataset:
        asked.append(context.seed)
        return xr.Dataset({"seed": context.seed})

    monkeypatch.setattr("bayesnet.context.part_named", lambda name: Part(compute))
    context, other = (Context(Network(), {}, xr.Dataset(), "nuts", seed) for seed in (3, 4))
    assert context.part("scores") is context.part("scores")
    assert asked == [3]
    context.part("errors")
    assert asked == [3, 3]
    assert int(other.part("scores")["seed"]) == 4


def test_a_statistic_of_each_fit_stands_beside_the_others():
    fits = {name: xr.DataTree(xr.Dataset({"value": value})) for name, value in (("advi", 1.0), ("nuts", 2.0))}
    context = Context(Network(), fits, xr.Dataset(), "nuts", 0)
    found = context.of_each(lambda fit: fit.to_dataset())
    assert found["value"].sel({"method": ["nuts", "advi"]}).values.tolist() == [2, 1]
    assert found["method"].values.tolist() == ["advi", "nuts"]


def test_a_baseline_is_no_fit_of_the_problem_itself():
    fits = {"physics": problem_only(Linear(inputs="physical")), "nuts": problem_only(Network())}
    context = Context(Network(), fits, xr.Dataset(), "nuts", 0)
    assert list(context.own) == ["nuts"]
    found = context.of_own(lambda fit: xr.Dataset({"value": 1.0}))
    assert found["method"].values.tolist() == ["nuts"]


def problem_only(problem) -> xr.DataTree:
    """A fit that says what it is of, and nothing else."""
    tree = xr.DataTree()
    tree.attrs["problem"] = json.dumps(problem.settings())
    return tree


def test_side_by_side_what_one_does_not_hold_is_absent():
    one = xr.Dataset({"a": ("row", [1.0, 2.0]), "shared": 1.0}, {"row": [0, 1]})
    other = xr.Dataset({"a": ("row", [3.0, 4.0]), "b": 5, "shared": 2.0}, {"row": [1, 2]})
    found = along("run", {"one": one, "nothing": xr.Dataset(), "other": other})
    assert found["run"].values.tolist() == ["one", "other"]
    assert found["a"].dims == ("run", "row")
    assert np.array_equal(found["a"], [[1, 2, np.nan], [np.nan, 3, 4]], equal_nan=True)
    assert np.array_equal(found["b"], [np.nan, 5], equal_nan=True)
    assert found["shared"].values.tolist() == [1, 2]


def test_coordinates_that_all_share_gain_no_dimension():
    units = {"feature": ["a", "b"], "units": ("feature", ["km", "1"])}
    both = {run: xr.Dataset({"drop": ("feature", [1.0, 2.0])}, units) for run in ("one", "other")}
    assert along("run", both)["units"].dims == ("feature",)


def test_nothing_beside_nothing_is_nothing():
    assert not along("run", {}).data_vars
    assert not along("run", {"one": xr.Dataset()}).data_vars
