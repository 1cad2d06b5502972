import numpy as np
import pytest

from data.darcy.flow import LEFT, RIGHT, effective_permeability, heads_of, outflow, pulled, solved
from data.darcy.manufactured import error, manufactured

N = 6


@pytest.fixture(scope="module")
def ground():
    rng = np.random.default_rng(0)
    return rng.normal(size=(N, N)), rng.uniform(0, 5, size=(N, N))


def matrix_of(k):
    """The matrix of the finite volumes cell by cell, and what the sides add to its right-hand side."""
    matrix, right, permeability = np.zeros((N * N, N * N)), np.zeros(N * N), np.exp(k)
    for up in range(N):
        for across in range(N):
            here = up * N + across
            for i, j in ((up, across + 1), (up, across - 1), (up + 1, across), (up - 1, across)):
                one = permeability[up, across]
                if 0 <= i < N and 0 <= j < N:
                    conductance = 2 * one * permeability[i, j] / (one + permeability[i, j])
                    matrix[here, i * N + j] -= conductance
                    matrix[here, here] += conductance
                elif not 0 <= j < N:
                    matrix[here, here] += 2 * one
                    right[here] += 2 * one * (LEFT if j < 0 else RIGHT)
    return matrix, right


def test_heads_solve_the_equations_of_the_finite_volumes(ground):
    k, source = ground
    matrix, right = matrix_of(k)
    expected = np.linalg.solve(matrix, right + source.ravel() / N**2)
    np.testing.assert_allclose(solved(k, source)[0].ravel(), expected, rtol=1e-10)


def test_heads_are_second_order_accurate():
    order = np.log2([error(8) / error(16), error(16) / error(32)])
    np.testing.assert_allclose(order, 2, atol=0.05)


def test_the_manufactured_heads_keep_to_the_sides():
    heads = manufactured(400).heads
    assert np.abs(heads[:, 0] - LEFT).max() < 0.01 > np.abs(heads[:, -1] - RIGHT).max()
    assert np.abs(np.diff(heads, axis=0)[[0, -1]] * 400).max() < 0.05


def test_flow_along_one_axis_is_that_of_resistances_in_series_or_side_by_side(ground):
    across = ground[0][0]
    in_series, side_by_side = np.tile(across, (N, 1)), np.tile(across[:, None], (1, N))
    found = effective_permeability(np.stack([in_series, side_by_side]))
    np.testing.assert_allclose(found, [1 / np.exp(-across).mean(), np.exp(across).mean()], rtol=1e-12)


def test_even_ground_has_its_own_permeability_and_any_other_lies_between_the_means(ground):
    k = ground[0]
    even, other = effective_permeability(np.stack([np.full((N, N), 0.7), k]))
    assert even == pytest.approx(np.exp(0.7))
    assert 1 / np.exp(-k).mean() < other < np.exp(k).mean()


def test_what_is_added_leaves_through_the_sides(ground):
    k, source = ground
    heads = solved(k, source)[0]
    into = (2 * np.exp(k[:, 0]) * (LEFT - heads[:, 0])).sum()
    assert outflow(k, heads) == pytest.approx(into + source.mean())


def test_the_adjoint_is_the_gradient(ground):
    k, source = ground
    rng, step = np.random.default_rng(1), 1e-6
    slope, direction = rng.normal(size=(2, N, N))
    ahead, behind = heads_of(np.stack([k + step * direction, k - step * direction]), source)
    gradient = pulled(k, *solved(k, source), slope)
    assert (gradient * direction).sum() == pytest.approx(((ahead - behind) * slope).sum() / (2 * step), rel=1e-6)


def test_permeability_beyond_all_numbers_has_no_heads():
    assert np.isnan(solved(np.full((N, N), np.inf), np.ones((N, N)))[0]).all()
