import numpy as np

from data.faults.displacement import fault_displacement, slip_components
from data.faults.observations import FAULT
from data.faults.patches import patch_centres, patch_response, slip_covariance


def test_the_patches_of_a_fault_add_up_to_the_fault():
    east, north = np.random.default_rng(0).uniform(-50, 50, (2, 10))
    response = patch_response(FAULT, (4, 3), east, north)
    assert response.shape == (10, 3, 12)
    strike_slip, dip_slip = slip_components(1.0, FAULT["rake"])
    place = {name: value for name, value in FAULT.items() if name not in ("rake", "slip")}
    whole = fault_displacement(east, north, **place, strike_slip=strike_slip, dip_slip=dip_slip)
    np.testing.assert_allclose(response.sum(-1), np.stack(whole, axis=1), atol=1e-14)


def test_patches_are_numbered_along_the_strike_and_each_row_from_the_top_down():
    shallow = {**FAULT, "top": 0.1}
    corner = np.array([shallow["corner_east"]]), np.array([shallow["corner_north"]])
    response = np.abs(patch_response(shallow, (4, 3), *corner)).sum(axis=(0, 1)).reshape(4, 3)
    assert np.unravel_index(response.argmax(), response.shape) == (0, 0)
    assert (np.diff(response[0]) < 0).all()


def test_centres_and_covariance():
    along, down = patch_centres({"length": 40.0, "width": 20.0}, (8, 4))
    np.testing.assert_allclose(along, np.arange(8) * 5 + 2.5)
    np.testing.assert_allclose(down, np.arange(4) * 5 + 2.5)
    covariance = slip_covariance(along, down, sd=2.0, correlation=20.0)
    np.testing.assert_allclose(np.diag(covariance), 4.0)
    np.testing.assert_allclose(covariance[0, 1], 4 * np.exp(-5 / 20))  # the patch below
    np.testing.assert_allclose(covariance[0, 4], 4 * np.exp(-5 / 20))  # the patch ahead
    assert np.linalg.eigvalsh(covariance).min() > 0
