"""The solver as a whole, on exact solutions, invariants and symmetries."""

import numpy as np
import pytest

from data.rupture.solver.mesh import build_mesh, flat, gaussian_barrier
from data.rupture.solver.operators import derivative_matrix
from data.rupture.solver.time_integration import Solver
from data.rupture.verification import verify


def test_kernels_compute_the_matrix_form_of_the_equations():
    """One explicit Euler-like stage against dense matrices, away from the faces' penalties."""
    mesh = build_mesh(0.1, 3.0, 4.0, gaussian_barrier(0.2, 1.0), growth=3.0)
    solver = Solver(mesh, verify.locked_fault(mesh), verify.ROCK, precision="float64")
    rng = np.random.default_rng(1)
    before = rng.standard_normal(solver.field.shape)
    before[:, :, :, [0, -1]] = before[:, [0, -1]] = 0  # faces at rest: no penalty at first
    solver.field[:] = before
    small = 1e-7
    solver.dt = small
    solver.advance(1)
    found = (solver.field - before) / small
    dxi, deta = derivative_matrix(mesh.x.size) / mesh.dx, derivative_matrix(mesh.offset.size)
    rock = verify.ROCK
    for block, sign in ((0, -1), (1, 1)):
        vx, vy, sxx, sxy, syy = np.moveaxis(before[block], 1, 0)

        def d_dy(a, sign=sign):
            return sign * (deta @ a) / mesh.spacing[:, None]

        def d_dx(a):
            return (dxi @ a.T).T - mesh.slope * d_dy(a)

        expected = [
            (d_dx(sxx) + d_dy(sxy)) / rock.rho,
            (d_dx(sxy) + d_dy(syy)) / rock.rho,
            rock.p_modulus * d_dx(vx) + rock.lam * d_dy(vy),
            rock.mu * (d_dx(vy) + d_dy(vx)),
            rock.lam * d_dx(vx) + rock.p_modulus * d_dy(vy),
        ]
        for f, rate in enumerate(expected):
            np.testing.assert_allclose(found[block, :, f], rate, rtol=1e-3, atol=5e-2)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("cfl", [0.9, 1.0])
def test_energy_never_grows_around_a_locked_bump(cfl, seed):
    energy = verify.locked_energy(cfl=cfl, seed=seed)
    assert np.all(np.diff(energy) < 0)
    assert energy[-1] < 0.3  # noise of the first instant has mostly left through the outer faces


@pytest.mark.parametrize("angle", [0.0, 1.1, np.pi / 2, -2.0])
def test_a_plane_wave_crosses_a_locked_bump_unchanged_to_third_order(angle):
    errors = verify.pulse_errors((0.1, 0.05), angle)
    assert errors[-1] < 5e-4
    assert verify.observed_order(errors)[0] > 2.7


def test_uniform_slip_follows_the_exact_solution():
    slip = verify.uniform_slip()
    np.testing.assert_allclose(slip.slip, slip.exact, atol=2e-4)
    assert slip.slip[-1] > 0.8  # twice dc: weakening is over


def test_a_planar_rupture_is_symmetric():
    assert verify.mirror_asymmetry(100).max() < 1e-9


def test_a_planar_rupture_spreads_below_the_rayleigh_speed():
    fronts = verify.rupture_fronts((200, 100))
    speed = fronts.speed.sel(resolution=100)[(np.abs(fronts.x) > 2.5) & (np.abs(fronts.x) < 10)]
    assert np.all((speed > 2.0) & (speed < verify.rayleigh_speed()))


def test_rayleigh_speed_of_a_poisson_solid():
    assert verify.rayleigh_speed() / np.sqrt(verify.ROCK.mu / verify.ROCK.rho) == pytest.approx(0.9194, abs=1e-4)


def test_leaving_out_what_waves_cannot_have_reached_changes_nothing_that_matters():
    slips = []
    for source in (None, (-1.6, 1.6)):
        solver = verify.tpv205(100, source=source)
        for _ in range(20):
            solver.advance(10)
        slips.append(solver.fault.slip)
    assert np.abs(slips[0] - slips[1]).max() < 1e-4 * slips[0].max()


def test_single_precision_gives_the_slip_of_double_precision():
    slips = []
    for precision in ("float32", "float64"):
        solver = verify.tpv205(100, precision)
        solver.advance(200)
        slips.append(solver.fault.slip)
    np.testing.assert_allclose(*slips, atol=1e-4)


def test_a_fault_at_rest_stays_at_rest():
    mesh = build_mesh(0.2, 8.0, 6.0, flat)
    solver = Solver(mesh, verify.locked_fault(mesh), verify.ROCK)
    solver.advance(20)
    assert solver.energy() == 0


@pytest.mark.slow
def test_front_arrivals_converge():
    arrivals = verify.rupture_fronts((100, 50, 25)).rupture_time.sel(x=[5.0, 10.0], method="nearest")
    coarse, fine = np.abs(np.diff(arrivals, axis=0))
    assert np.all(fine < 0.75 * coarse)
    assert np.all(coarse < 0.02)
