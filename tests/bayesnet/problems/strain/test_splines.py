import numpy as np
import pytest

from bayesnet.problems.strain.splines import ENERGIES, Line, Surface, equilibrium, smoothness, whitening

SURFACE = Surface.over(np.array([0.0, 0.0, 60.0, 40.0]), 20.0, 12)
NU = 0.25


def coefficients(east_velocity, north_velocity):
    """Coefficients whose splines are these functions of east and north, exactly where they are cubic."""
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, 60, 400), rng.uniform(0, 40, 400)
    design = SURFACE.values(x, y)
    return np.concatenate([np.linalg.lstsq(design, f(x, y), rcond=None)[0] for f in (east_velocity, north_velocity)])


def test_areas_are_covered_by_knots_as_far_apart_as_asked():
    assert (SURFACE.east.intervals, SURFACE.north.intervals, SURFACE.size) == (3, 2, 2 * 6 * 5)
    whole = Surface.over(np.array([-100.0, -100.0, 100.0, 100.0]), 20.0, 12)
    assert whole.size == 338
    assert Surface.over(np.array([0.0, 0.0, 1200.0, 600.0]), 20.0, 12).east.spacing == 100.0


def test_splines_sum_to_one_and_have_the_derivatives_of_what_they_follow():
    line, x = Line(-1.0, 0.5, 6), np.linspace(-1, 2, 7)
    np.testing.assert_allclose(line.values(x).sum(1), 1)
    cubic = np.linalg.lstsq(line.values(np.linspace(-1, 2, 50)), np.linspace(-1, 2, 50) ** 3, rcond=None)[0]
    np.testing.assert_allclose(line.values(x, 2) @ cubic, 6 * x, atol=1e-9)


def test_the_energy_of_smoothness_is_the_integral_of_squared_second_derivatives():
    a = coefficients(lambda x, y: 0.01 * x * y, lambda x, y: 0.02 * x**2 + 3)
    area = 60 * 40
    assert a @ smoothness(SURFACE) @ a == pytest.approx(area * (2 * 0.01**2 + 0.04**2))


def test_the_energy_of_equilibrium_is_the_integral_of_the_squared_force():
    a = coefficients(lambda x, y: 0.5 * x**2, lambda x, y: x * y)
    to_east = 1 + (1 + NU) / 2  # u_xx + (1 + nu) / 2 v_xy
    assert a @ equilibrium(SURFACE) @ a == pytest.approx(60 * 40 * to_east**2)


def test_an_elastic_sheet_in_equilibrium_has_no_energy():
    """u = x y, v = -(1 + nu) / 2 / (1 - nu) x^2: the forces of both components cancel."""
    factor = -(1 + NU) / 2 / (1 - NU)
    a = coefficients(lambda x, y: x * y, lambda x, y: factor * x**2)
    assert a @ equilibrium(SURFACE) @ a == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("name", ENERGIES)
def test_whitened_directions_have_energy_one_and_flat_ones_none(name):
    energy = ENERGIES[name](SURFACE)
    flat, white = whitening(energy)
    np.testing.assert_allclose(white.T @ energy @ white, np.eye(white.shape[1]), atol=1e-6)
    np.testing.assert_allclose(flat.T @ energy @ flat, 0, atol=1e-10)
    for component in ((lambda x, y: 1 + 0 * x, lambda x, y: 0 * x), (lambda x, y: y, lambda x, y: -x)):
        a = coefficients(*component)  # a shift, and a rotation
        np.testing.assert_allclose(flat @ (flat.T @ a), a, atol=1e-6 * np.abs(a).max())


def test_bending_leaves_six_directions_open():
    assert whitening(smoothness(SURFACE))[0].shape[1] == 6
