import numpy as np

from data.modes import eigenmodes


def test_modes_of_two_places_are_their_sum_and_their_difference():
    values, vectors = eigenmodes(np.array([[2.0, 1.0], [1.0, 2.0]]))
    np.testing.assert_allclose(values, [3, 1])
    np.testing.assert_allclose(vectors, np.array([[1, 1], [1, -1]]) / np.sqrt(2))
