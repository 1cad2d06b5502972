"""The sheared mesh: positions, metric, and the traces laid through it."""

import numpy as np
import pytest

from data.rupture.solver.mesh import build_mesh, flat, gaussian_barrier
from data.rupture.solver.operators import derivative_matrix


def test_extent_and_spacing_are_those_asked_for():
    mesh = build_mesh(0.1, 32.0, 24.0, flat, growth=8.0)
    assert (mesh.x[0], mesh.x[-1], mesh.offset[0]) == (-16, 16, 0)
    assert mesh.offset[-1] == pytest.approx(12)
    assert mesh.spacing[0] == pytest.approx(0.1, rel=0.02)
    assert mesh.spacing[-1] / mesh.spacing[0] == pytest.approx(8)


def test_spacing_is_the_derivative_of_the_offset():
    mesh = build_mesh(0.05, 8.0, 24.0, flat, growth=8.0)
    np.testing.assert_allclose(derivative_matrix(mesh.offset.size) @ mesh.offset, mesh.spacing, rtol=2e-3)


def test_barrier_slope_is_the_derivative_of_its_trace():
    x = np.linspace(-3, 3, 2001)
    y, slope = gaussian_barrier(0.15, 1.4)(x)
    np.testing.assert_allclose(np.gradient(y, x)[1:-1], slope[1:-1], atol=2e-6)
    assert y.max() == pytest.approx(0.15)
    assert np.interp(0.7, x, y) == pytest.approx(0.15 * np.exp(-0.5), rel=1e-4)  # width is two sigma


def test_normal_is_a_unit_vector_across_the_trace():
    mesh = build_mesh(0.1, 8.0, 6.0, gaussian_barrier(0.2, 1.0))
    nx, ny = mesh.normal
    np.testing.assert_allclose(np.hypot(nx, ny), 1)
    np.testing.assert_allclose(nx + mesh.slope * ny, 0, atol=1e-15)


def test_steeper_barriers_ask_for_smaller_time_steps():
    spacings = [build_mesh(0.1, 8.0, 6.0, gaussian_barrier(h, 1.0)).smallest_spacing for h in (0, 0.05, 0.2)]
    assert spacings[0] == pytest.approx(0.1)
    assert spacings[0] > spacings[1] > spacings[2] > 0.08
