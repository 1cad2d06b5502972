import numpy as np
import pytest

from bayesnet.parts.displacements import by_station, displacements
from bayesnet.problems.okada import Fault
from tests.bayesnet.parts.faults import made_fit, observed


@pytest.fixture(scope="module")
def data():
    return observed("fault")


def test_the_true_fault_leaves_the_noise(data):
    found = displacements(made_fit(Fault(), data, scatter=0.0))
    train = data.isel(station=np.flatnonzero(data["split"].values == "train"))
    noise = train["displacement"] - train["true_displacement"]
    order = [str(name) for name in train["component"].values]
    assert np.allclose(found["residual"].sel(component=order), noise, atol=1e-12)
    assert np.allclose(found["model"].sel(component=order), train["true_displacement"], atol=1e-12)
    assert float(found["chi_square"]) == pytest.approx(float(((noise / train["sd"]) ** 2).sum()))
    assert np.allclose(found["model_sd"], 0, atol=1e-12)
    assert np.allclose(found["rms"].sel(component=order), np.sqrt((noise**2).mean("station")))


def test_draws_that_scatter_have_an_sd(data):
    assert (displacements(made_fit(Fault(), data))["model_sd"] > 0).any()


def test_rows_are_put_where_their_stations_are(data):
    rows = Fault().train(data, 0)
    table = by_station(rows["y"], rows)
    for place in (0, 7, 100):
        row = rows.isel(observation=place)
        cell = table.sel(station=row["station"].item(), component=row["component"].item())
        assert float(cell) == float(row["y"])
        assert float(cell["east"]) == float(row["east"])
