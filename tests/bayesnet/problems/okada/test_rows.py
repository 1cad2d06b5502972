import numpy as np
import pytest

from bayesnet.problems.okada.rows import observed_rows, stations_of
from data.faults.observations import load_observations


@pytest.mark.parametrize("name", ["slip", "fault"])
def test_rows_hold_each_component_of_each_station_of_a_part_once(name):
    data = load_observations(name)
    rows = {part: observed_rows(data, part) for part in ("train", "test")}
    assert {part: one.sizes["observation"] for part, one in rows.items()} == {"train": 180, "test": 60}
    one = rows["test"].isel(observation=[4]).squeeze()
    here = data.sel(station=one["station"], component=one["component"])
    assert one["y"] == here["displacement"]
    assert one["sd"] == here["sd"]
    assert (one["east"], one["north"]) == (here["east"], here["north"])


def test_rows_tell_nothing_of_the_truth():
    rows = observed_rows(load_observations("fault"), "train")
    assert set(rows.variables) == {"y", "sd", "observation", "station", "component", "east", "north"}
    known = observed_rows(load_observations("slip"), "train")
    assert set(known.variables) - set(rows.variables) == {"plane", "parameter", "unit", "along", "down"}


def test_stations_once_and_rows_in_any_order():
    rows = observed_rows(load_observations("fault"), "train").isel(observation=[7, 2, 0, 1, 8])
    east, north, station, component = stations_of(rows)
    assert len(east) == len(north) == 2
    np.testing.assert_array_equal(east[station], rows["east"])
    np.testing.assert_array_equal(north[station], rows["north"])
    np.testing.assert_array_equal(component, [1, 2, 0, 1, 2])
