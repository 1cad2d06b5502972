import numpy as np

from data.faults.projection import east_north


def test_a_place_whose_coordinates_pyproj_gave():
    """As printed in the notebook 7_OkadaWrapper_Bayesian_demo of the library OkadaTorch."""
    place = east_north(144.8678, 40.2224, (145.0, 40.0))
    np.testing.assert_allclose(place, (-11.25235992480785, 24.70296061567198), atol=1e-9)


def test_the_origin_is_zero_and_a_degree_of_its_meridian_keeps_its_length():
    np.testing.assert_allclose(east_north(145.0, 40.0, (145.0, 40.0)), 0, atol=1e-12)
    _, north = east_north(145.0, np.array([39.5, 40.5]), (145.0, 40.0))
    assert abs(np.ptp(north) - 111.0351) < 1e-3  # km, WGS84 at 40 degrees
