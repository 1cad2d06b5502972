"""The difference operators: summation by parts, exactness on polynomials, order of convergence."""

import numpy as np
import pytest

from data.rupture.solver.operators import EDGE_CORRECTION, INNER_ROW, MIN_NODES, derivative_matrix, norm, stencils


@pytest.mark.parametrize(("degree", "rows"), [(0, slice(None)), (1, slice(None)), (2, slice(None)), (4, slice(4, -4))])
def test_polynomials_are_differentiated_exactly(degree, rows):
    x = np.linspace(-1, 1, 30)
    found = derivative_matrix(30) @ x**degree / (x[1] - x[0])
    expected = degree * x ** max(degree - 1, 0)
    np.testing.assert_allclose(found[rows], expected[rows], atol=1e-12)


def test_norm_integrates_cubics_exactly():
    x = np.linspace(0, 2, 25)
    assert norm(25) @ x**3 * (x[1] - x[0]) == pytest.approx(4.0, rel=1e-13)


def test_edge_correction_completes_the_inner_row_beyond_an_edge():
    inner = sum(np.eye(20, k=k) * w for k, w in zip(range(-2, 3), INNER_ROW, strict=True))
    inner[:4, :6] += EDGE_CORRECTION
    np.testing.assert_allclose(inner[:10], derivative_matrix(20).toarray()[:10], atol=1e-15)


def test_too_few_nodes_are_refused():
    with pytest.raises(ValueError, match=f"at least {MIN_NODES} nodes, got 5"):
        stencils(5)
