"""The solver as a whole, on exact solutions, invariants and symmetries."""

import numpy as np

from data.rupture.solver.mesh import build_mesh, flat, gaussian_barrier
from data.rupture.solver.operators import derivative_matrix
from data.rupture.solver.settings import ROCK
from data.rupture.solver.time_integration import Solver
from data.rupture.verification.energy import locked_fault
from data.rupture.verification.tpv205 import tpv205


def test_kernels_compute_the_matrix_form_of_the_equations():
    """One explicit Euler-like stage against dense matrices, away from the faces' penalties."""
    mesh = build_mesh(0.1, 3.0, 4.0, gaussian_barrier(0.2, 1.0), growth=3.0)
    solver = Solver(mesh, locked_fault(mesh), ROCK, precision="float64")
    rng = np.random.default_rng(1)
    before = rng.standard_normal(solver.field.shape)
    before[:, :, :, [0, -1]] = before[:, [0, -1]] = 0  # faces at rest: no penalty at first
    solver.field[:] = before
    small = 1e-7
    solver.dt = small
    solver.advance(1)
    found = (solver.field - before) / small
    dxi, deta = derivative_matrix(mesh.x.size) / mesh.dx, derivative_matrix(mesh.offset.size)
    rock = ROCK
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


def test_leaving_out_what_waves_cannot_have_reached_changes_nothing_that_matters():
    slips = []
    for source in (None, (-1.6, 1.6)):
        solver = tpv205(100, source=source)
        for _ in range(20):
            solver.advance(10)
        slips.append(solver.fault.slip)
    assert np.abs(slips[0] - slips[1]).max() < 1e-4 * slips[0].max()


def test_single_precision_gives_the_slip_of_double_precision():
    slips = []
    for precision in ("float32", "float64"):
        solver = tpv205(100, precision)
        solver.advance(200)
        slips.append(solver.fault.slip)
    np.testing.assert_allclose(*slips, atol=1e-4)


def test_a_fault_at_rest_stays_at_rest():
    mesh = build_mesh(0.2, 8.0, 6.0, flat)
    solver = Solver(mesh, locked_fault(mesh), ROCK)
    solver.advance(20)
    assert solver.energy() == 0
