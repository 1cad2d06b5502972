import numpy as np
import pytest

from data import InputError
from data.velocities.observations import load_velocities, sources_of

HEADER = "east,north,velocity_east,velocity_north,sd_east,sd_north"
ROW = "{0},{1},1.0,-2.0,0.5,0.6"


def written(folder, header=HEADER, rows=8):
    path = folder / "network.csv"
    path.write_text("\n".join([header, *(ROW.format(10 * i, 5 * i) for i in range(rows))]))
    return path


def test_noise_of_the_synthetic_velocities_is_a_millimetre_a_year():
    data = load_velocities("deep")
    noise = (data["velocity"] - data["true_velocity"]).values
    assert noise.std() == pytest.approx(1.0, abs=0.1)
    assert [(data["split"].values == part).sum() for part in ("train", "test")] == [120, 40]
    np.testing.assert_array_equal(sources_of(data).velocity(data["east"], data["north"]).T, data["true_velocity"])


def test_the_shallow_source_has_the_same_volume_at_the_same_stations():
    deep, shallow = (load_velocities(name) for name in ("deep", "shallow"))
    np.testing.assert_array_equal(deep["east"], shallow["east"])
    assert sources_of(deep).growth == sources_of(shallow).growth
    assert deep.attrs["checksum"] != shallow.attrs["checksum"]


def test_a_file_is_read_with_a_quarter_held_out(tmp_path):
    data = load_velocities(str(written(tmp_path)))
    assert (data["split"].values == "test").sum() == 2
    assert data["velocity"].values.tolist() == [[1.0, -2.0]] * 8
    assert data["sd"].values.tolist() == [[0.5, 0.6]] * 8
    assert data["area"].values.tolist() == [0.0, 0.0, 70.0, 35.0]
    assert sources_of(data) is None


def test_degrees_become_kilometres(tmp_path):
    path = tmp_path / "degrees.csv"
    rows = [f"{135 + i / 10},{35},1,1,1,1" for i in range(5)]
    path.write_text("\n".join([HEADER.replace("east,north,", "longitude,latitude,", 1), *rows]))
    assert np.diff(load_velocities(str(path))["east"]) == pytest.approx(np.full(4, 9.13), abs=0.01)


@pytest.mark.parametrize(
    ("header", "message"),
    [(HEADER.replace("sd_north", "error"), "sd_north"), (HEADER.replace("east,north,", "x,y,", 1), "longitude")],
)
def test_a_file_that_lacks_columns_is_refused(tmp_path, header, message):
    with pytest.raises(InputError, match=message):
        load_velocities(str(written(tmp_path, header)))


def test_a_name_that_is_no_file_is_refused():
    with pytest.raises(InputError, match="deep, shallow"):
        load_velocities("nowhere.csv")
