import numpy as np
import pytest

from data import InputError
from data.faults.observations import OBSERVATIONS, check_observations, checksum, load_observations

SIZES = {"slip": (60, 20), "fault": (60, 20), "modes": (625, 60)}


@pytest.fixture(scope="module", params=list(OBSERVATIONS))
def data(request):
    return load_observations(request.param)


def test_what_observations_hold(data):
    name = data.attrs["name"]
    train, test = SIZES[name]
    assert data["displacement"].dims == ("station", "component")
    assert data["component"].values.tolist() == ["east", "north", "up"]
    assert [(data["split"] == part).sum().item() for part in ("train", "test")] == [train, test]
    assert {data[one].attrs["units"] for one in ("displacement", "true_displacement", "sd")} == {"m"}
    assert {data[one].attrs["units"] for one in ("east", "north")} == {"km"}
    assert {"name", "source", "licence", "repairs", "checksum", "seed"} <= set(data.attrs)
    assert ("slip" in data) == ("plane" in data) == (name == "slip")
    assert ("fault" in data) == (name != "slip")


def test_the_noise_has_its_sd(data):
    standard = (data["displacement"] - data["true_displacement"]) / data["sd"]
    squares, number = float((standard**2).sum()), standard.size
    assert abs(squares - number) < 4 * np.sqrt(2 * number)


def test_a_seed_decides_everything(data):
    name = data.attrs["name"]
    assert load_observations(name, data.attrs["seed"]).identical(data)
    other = load_observations(name, data.attrs["seed"] + 1)
    assert other.attrs["checksum"] != data.attrs["checksum"]
    assert not np.allclose(other["displacement"], data["displacement"])


def test_the_checksum_sees_each_value(data):
    changed = data.copy(deep=True)
    changed["displacement"][3, 1] += 1e-12
    assert checksum(changed) != data.attrs["checksum"] == checksum(data)


def test_observations_survive_a_file(data, tmp_path):
    import xarray as xr

    data.to_netcdf(tmp_path / "data.nc", engine="h5netcdf")
    assert checksum(xr.load_dataset(tmp_path / "data.nc", engine="h5netcdf")) == data.attrs["checksum"]


def test_the_true_fault_of_modes_fits_as_it_does_in_the_notebook():
    data = load_observations("modes")
    train = data.isel(station=data["split"].values == "train")
    standard = (train["displacement"] - train["true_displacement"]) / train["sd"]
    assert float((standard**2).sum()) == pytest.approx(1963.0607, abs=1e-3)
    assert standard.size == 1875


def test_the_largest_displacements_are_those_of_an_earthquake():
    largest = {name: float(abs(load_observations(name)["true_displacement"]).max()) for name in OBSERVATIONS}
    assert 1 < largest["slip"] < 4
    assert 0.3 < largest["fault"] < 1.5
    assert 2 < largest["modes"] < 5.62


def test_unknown_observations_are_refused():
    with pytest.raises(InputError, match="must be one of slip, fault, modes, got 'tsunami'"):
        load_observations("tsunami")


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [("displacement", np.nan, "displacement must be finite"), ("sd", 0.0, "sd must be positive")],
)
def test_bad_observations_are_refused(variable, value, message):
    data = load_observations("fault")
    data[variable][0, 0] = value
    with pytest.raises(InputError, match=message):
        check_observations(data)


def test_observations_without_test_stations_are_refused():
    data = load_observations("fault")
    with pytest.raises(InputError, match="split needs 'test' stations"):
        check_observations(data.isel(station=data["split"].values == "train"))
