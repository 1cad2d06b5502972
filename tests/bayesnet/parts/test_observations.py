import numpy as np

from bayesnet.parts.observations import observations
from tests.bayesnet.parts.faults import observed


def test_stations_and_noise_are_counted():
    data = observed("fault")
    found = observations(data)
    assert found["stations"].sel(split="train").item() == (data["split"] == "train").sum().item() == 60
    assert found["noise"].values.tolist() == [0.003, 0.003, 0.008]
    assert found["largest"].sel(component="up").item() == np.abs(data["displacement"].sel(component="up")).max().item()
