"""The fault condition: tractions, locking, slip weakening, opening; and that both faces share one traction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rupture.solver.friction import LOCKED, PAD, Medium, absorb, build_fault, hold_faces, join, penalty, resolve
from data.rupture.solver.mesh import build_mesh, flat, gaussian_barrier

ROCK = Medium.of(2.67, 32.04, 32.04)
MESH = build_mesh(0.1, 4.0, 4.0, flat)
BUMP = build_mesh(0.1, 4.0, 4.0, gaussian_barrier(0.2, 1.0))


def joined(below, above, mesh=MESH, shear=70.0, normal=-120.0, mu_s=0.677, mu_d=0.525, slip=0.0):
    """Return the fault and the penalties for the same state (5,) at every node."""
    n = mesh.x.size
    fault = build_fault(mesh, np.full(n, shear), np.full(n, normal), mu_s, mu_d, 0.4)
    fault.slip[:] = slip
    states = np.zeros((2, 1, 5, n + 2 * PAD))
    states[0, 0, :, PAD : PAD + n], states[1, 0, :, PAD : PAD + n] = np.c_[below], np.c_[above]
    join(states[0, 0], states[1, 0], n, fault, ROCK)
    rates = np.zeros_like(states)
    for block, side in ((0, 1), (1, -1)):
        hold_faces(states[block], rates[block], side, n, 1.0, fault, ROCK)
    return fault, -rates[:, 0, :, PAD : PAD + n]


def test_speeds_are_those_of_the_benchmark_rock():
    assert np.sqrt(ROCK.p_modulus / ROCK.rho) == pytest.approx(6.0)
    assert np.sqrt(ROCK.mu / ROCK.rho) == pytest.approx(3.464, abs=1e-3)


def test_stress_resolves_as_on_a_tilted_plane():
    shear, normal = resolve(BUMP, -100.0, -80.0, 30.0)
    slope = np.arctan(BUMP.slope)
    np.testing.assert_allclose(normal, -90 + 10 * np.cos(2 * slope) - 30 * np.sin(2 * slope))
    np.testing.assert_allclose(shear, 30 * np.cos(2 * slope) + 10 * np.sin(2 * slope))


def test_left_flank_of_the_barrier_restrains():
    _, normal = resolve(BUMP, -100.0, -100.0, 30.0)
    left, right = np.argmin(np.abs(BUMP.x + 0.5)), np.argmin(np.abs(BUMP.x - 0.5))
    assert normal[left] < -100 < normal[right]


def test_stress_below_strength_does_not_slip():
    fault, pull = joined(np.zeros(5), np.zeros(5))
    assert np.all(fault.slip_rate == 0)
    np.testing.assert_allclose(fault.shear, 70)
    np.testing.assert_allclose(pull, 0, atol=1e-12)


@pytest.mark.parametrize(("slip", "mu"), [(0.0, 0.677), (0.1, 0.639), (0.4, 0.525), (3.0, 0.525)])
def test_slip_rate_carries_the_excess_over_the_weakened_strength(slip, mu):
    fault, _ = joined(np.zeros(5), np.zeros(5), shear=100.0, slip=slip)
    np.testing.assert_allclose(fault.shear, mu * 120)
    np.testing.assert_allclose(fault.slip_rate, 2 * (100 - mu * 120) / ROCK.zs)


def test_negative_shear_slips_the_other_way():
    fault, _ = joined(np.zeros(5), np.zeros(5), shear=-100.0)
    np.testing.assert_allclose(fault.shear, -0.677 * 120)


def test_a_fault_opens_rather_than_bear_tension():
    pull_apart = np.array([0, 0, 0, 0, 200.0])
    fault, _ = joined(pull_apart, pull_apart)
    np.testing.assert_allclose(fault.normal_stress, 0)
    np.testing.assert_allclose(fault.shear, 0)


@given(st.lists(st.floats(-5, 5), min_size=10, max_size=10), st.booleans())
def test_faces_never_gain_energy(values, locked):
    """Power of both penalties, v . dv-rate and stress . strain-rate, is a dissipation plus what the faces exchange."""
    below, above = np.array(values[:5]), np.array(values[5:])
    below[2:], above[2:] = 10 * below[2:], 10 * above[2:]
    mu = LOCKED if locked else 0.6
    fault, pull = joined(below, above, BUMP, shear=0.0, normal=-1e4, mu_s=mu, mu_d=mu)
    nx, ny = BUMP.normal
    lam, g = ROCK.lam, ROCK.mu
    nu = lam / (2 * (lam + g))

    def power(q, rate):
        strain_xx = ((1 - nu) * q[2] - nu * q[4]) / (2 * g)
        strain_yy = ((1 - nu) * q[4] - nu * q[2]) / (2 * g)
        stress_power = strain_xx * rate[2] + strain_yy * rate[4] + q[3] / g * rate[3]
        return ROCK.rho * (q[0] * rate[0] + q[1] * rate[1]) + stress_power

    def flux(q):
        return q[0] * (q[2] * nx + q[3] * ny) + q[1] * (q[3] * nx + q[4] * ny)

    # an SBP operator hands every face v . T; the penalties must take at least that back
    gained = flux(below) - flux(above) - (power(below, pull[0]) + power(above, pull[1])) / fault.face
    assert np.all(gained <= 1e-6 * (1 + np.abs(flux(below)) + np.abs(flux(above))))


def test_an_outgoing_wave_leaves_without_penalty():
    velocity = 1.0  # P wave travelling along +x: sxx = -rho cp v
    rates = absorb(velocity, 0.0, -ROCK.zp, 0.0, 0.0, 1.0, 0.0, ROCK)
    assert rates[0] == 0 == rates[2]


def test_penalty_follows_the_frame_of_the_face():
    along_x = penalty(1.0, 0.5, 1.0, 0.0, ROCK)
    along_y = penalty(1.0, -0.5, 0.0, 1.0, ROCK)
    np.testing.assert_allclose(along_x, np.array(along_y)[[1, 0, 4, 3, 2]], atol=1e-12)
