import importlib.util
import sys
from pathlib import Path

import cutde.halfspace
import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest

from bayesnet.problems.okada import surface_displacement
from data.faults.displacement import centre, fault_displacement, slip_components, top_corner

_spec = importlib.util.spec_from_file_location("paper", Path(__file__).with_name("paper.py"))
paper = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(paper)

UNIT = np.eye(3)  # strike slip, dip slip, opening


@pytest.mark.parametrize(
    ("station", "dip", "slip", "expected"),
    [
        ((2, 3), 70, 0, (-8.689e-3, -4.298e-3, -2.747e-3)),
        ((2, 3), 70, 1, (-4.682e-3, -3.527e-2, -3.564e-2)),
        ((2, 3), 70, 2, (-2.660e-4, 1.056e-2, 3.214e-3)),
        ((0, 0), 90, 0, (0, 5.253e-3, 0)),
        ((0, 0), 90, 1, (0, 0, 0)),
        ((0, 0), 90, 2, (1.223e-2, 0, -1.606e-2)),
        ((0, 0), -90, 0, (0, -1.303e-3, 0)),
        ((0, 0), -90, 1, (0, 0, 0)),
        ((0, 0), -90, 2, (3.507e-3, 0, -7.740e-3)),
    ],
)
def test_table_2_of_the_paper(station, dip, slip, expected):
    ours = surface_displacement(*station, 4, dip, 3, 2, *UNIT[slip])
    np.testing.assert_allclose(ours, expected, rtol=5e-4, atol=1e-15)


def random_fault(rng, dip):
    length, width = rng.uniform(1, 40, 2)
    return rng.uniform(0.5, 15) + max(0, width * np.sin(np.deg2rad(dip))), dip, length, width


def test_two_triangles_of_cutde_give_the_same():
    rng = np.random.default_rng(0)
    for _ in range(60):
        depth, dip, length, width = random_fault(rng, rng.uniform(2, 85))
        east, north = rng.uniform(-60, 60, (2, 30))
        angle = np.deg2rad(dip)
        lower = np.array([[0, 0, -depth], [length, 0, -depth]])
        upper = lower + width * np.array([0, np.cos(angle), np.sin(angle)])
        triangles = np.array([[lower[0], lower[1], upper[1]], [lower[0], upper[1], upper[0]]])
        ground = np.column_stack([east, north, np.zeros_like(east)])
        matrix = cutde.halfspace.disp_matrix(ground, triangles, 0.25).sum(2)  # (station, component, slip)
        ours = np.array([surface_displacement(east, north, depth, dip, length, width, *one) for one in UNIT])
        np.testing.assert_allclose(ours, matrix.transpose(2, 1, 0), rtol=0, atol=1e-12)


@pytest.mark.parametrize("below", [5, 1, 0.1, 1e-2, 1e-4, 1e-5, 1e-6, 1e-8, 1e-12])
def test_nothing_is_lost_near_vertical(below):
    rng = np.random.default_rng(1)
    for _ in range(4):
        depth, dip, length, width = random_fault(rng, 90 - below * rng.uniform(0.5, 1))
        east, north = rng.uniform(-60, 60, 2)
        for one in UNIT:
            exact = paper.displacement(east, north, depth, dip, length, width, *one)
            ours = surface_displacement(east, north, depth, dip, length, width, *one)
            np.testing.assert_allclose(ours, exact, rtol=0, atol=2e-15)


def test_any_dip_agrees_with_the_printed_formulas():
    rng = np.random.default_rng(2)
    for dip in (0.1, 1, 30, 60, -10, -45, -80, -89.9999, 95, 130):
        depth, dip, length, width = random_fault(rng, dip)
        east, north = rng.uniform(-60, 60, 2)
        for one in UNIT:
            exact = paper.displacement(east, north, depth, dip, length, width, *one)
            ours = surface_displacement(east, north, depth, dip, length, width, *one)
            np.testing.assert_allclose(ours, exact, rtol=0, atol=2e-15)


NAMES = ("east", "north", "depth", "dip", "length", "width", "strike_slip", "dip_slip", "opening")


@pytest.fixture(scope="module")
def compiled():
    """Values `(component, point)` and gradients `(component, variable, point)` of points `(variable, point)`."""
    variables = [pt.dvector(name) for name in NAMES]
    values = pt.stack(surface_displacement(*variables))
    weight = pt.dvector("weight")
    gradient = pt.stack(pytensor.grad((weight @ values).sum(), variables))
    plain = pytensor.compile.mode.Mode(linker="py", optimizer=None)  # the models' tests compile as PyMC does
    function = pytensor.function([*variables, weight], [values, gradient], mode=plain)

    def both(points):
        results = [function(*points, one) for one in UNIT]
        return results[0][0], np.array([gradient for _, gradient in results])

    return both


# Where the paper's formulas are 0 / 0: xi = 0, q = 0, R + eta = 0 (negative dip), eta = 0, and all of these at once
SINGULAR = {
    "xi = 0": (0, 3, 4, 70, 3, 2),
    "x = length": (3, 3, 4, 70, 3, 2),
    "q = 0": (1, 4 / np.tan(np.deg2rad(70)), 4, 70, 3, 2),
    "q = 0, dip 90": (1, 0, 4, 90, 3, 2),
    "q = 0 beyond the end": (-2, 0, 4, 90, 3, 2),
    "xi = q = 0, dip 90": (0, 0, 4, 90, 3, 2),
    "R + eta = 0": (0, 0, 4, -90, 3, 2),
    "R + eta = 0 at the other end": (3, 0, 4, -90, 3, 2),
    "q = 0, dip -90": (1, 0, 4, -90, 3, 2),
    "eta = 0": (1, -4 * np.tan(np.deg2rad(70)), 4, 70, 3, 2),
    "horizontal": (1, 2, 4, 0, 3, 2),
    "horizontal, xi = eta = 0": (0, 0, 4, 0, 3, 2),
    "on the trace of a fault that reaches the ground": (1, 0, 2, 90, 3, 2),
    "on the corner of a fault that reaches the ground": (0, 0, 2, 90, 3, 2),
    "in line with a fault that reaches the ground": (-1, 0, 2, 90, 3, 2),
}


def test_values_and_gradients_are_finite_where_the_printed_formulas_are_not(compiled):
    points = np.array([(*point, 1.0, 1.0, 1.0) for point in SINGULAR.values()]).T
    with np.errstate(divide="raise", invalid="raise"):
        assert np.isfinite(surface_displacement(*points)).all()
    values, gradients = compiled(points)
    assert np.isfinite(values).all()
    assert np.isfinite(gradients).all()


def test_gradients_are_right_where_the_printed_formulas_are_singular(compiled):
    points = np.array([(*point, 1.0, 0.7, 0.4) for name, point in SINGULAR.items() if "ground" not in name]).T
    gradients = compiled(points)[1]
    for i, name in enumerate(NAMES):
        # the two sides of a horizontal fault are faults of two conventions
        some = points[3] != 0 if name == "dip" else slice(None)
        step = 1e-4 * np.eye(len(NAMES))[:, i : i + 1]
        ahead, behind = (np.array(surface_displacement(*(points + sign * step))) for sign in (1, -1))
        difference = (ahead - behind) / 2e-4
        np.testing.assert_allclose(gradients[:, i, some], difference[:, some], atol=3e-8, rtol=1e-6, err_msg=name)


def test_numpy_and_pytensor_agree_and_are_finite(compiled):
    rng = np.random.default_rng(5)
    top, dip, length, width = (rng.uniform(low, high, 2000) for low, high in ((0, 15), (0, 90), (1, 40), (1, 40)))
    depth = top + width * np.sin(np.deg2rad(dip))
    points = np.array([*rng.uniform(-60, 60, (2, 2000)), depth, dip, length, width, *rng.normal(size=(3, 2000))])
    values, gradients = compiled(points)
    np.testing.assert_allclose(values, surface_displacement(*points), rtol=1e-9, atol=1e-13)
    assert np.isfinite(gradients).all()


def test_a_fault_that_strikes_east_is_that_of_the_paper():
    slip = slip_components(1.5, 70)
    width, depth = 12.0, 3 + 12 * np.sin(np.deg2rad(50))
    east, north = np.random.default_rng(3).uniform(-50, 50, (2, 20))
    lower = width * np.cos(np.deg2rad(50))
    placed = fault_displacement(
        east, north - lower, corner_east=0, corner_north=0, top=3, length=24, width=width, strike=90, dip=50,
        strike_slip=slip[0], dip_slip=slip[1],
    )  # fmt: skip
    np.testing.assert_allclose(placed, surface_displacement(east, north, depth, 50, 24, width, *slip), atol=1e-14)


def test_turning_fault_and_stations_turns_the_displacement():
    rng = np.random.default_rng(4)
    east, north = rng.uniform(-50, 50, (2, 20))
    shape = {"top": 3, "length": 24, "width": 12, "dip": 50, "strike_slip": 0.5, "dip_slip": 1.4}
    first = np.array(fault_displacement(east, north, corner_east=-5, corner_north=-12, strike=20, **shape))
    turn = np.deg2rad(77)
    clockwise = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corner = clockwise @ [-5, -12]
    second = fault_displacement(
        *(clockwise @ [east, north]), corner_east=corner[0], corner_north=corner[1], strike=97, **shape
    )
    np.testing.assert_allclose(second, [*(clockwise @ first[:2]), first[2]], atol=1e-14)


def test_a_reverse_fault_lifts_the_ground_on_its_right():
    right = fault_displacement(
        5.0,
        0.0,
        corner_east=0,
        corner_north=-20,
        top=1,
        length=40,
        width=15,
        strike=0,
        dip=45,
        strike_slip=0.0,
        dip_slip=1.0,
    )
    assert right[2] > 0.2
    assert right[0] < 0


def test_left_lateral_slip_moves_the_left_side_ahead_of_the_other():
    """Looking across a left-lateral fault, the far side moves to the left."""
    shape = {"corner_east": 0, "corner_north": -20, "top": 0.5, "length": 40, "width": 15, "strike": 0, "dip": 90}
    west, east = (fault_displacement(e, 0.0, **shape, strike_slip=1.0, dip_slip=0.0)[1] for e in (-3.0, 3.0))
    assert west < 0 < east


def test_the_centre_leads_back_to_the_corner():
    shape = {"length": 24, "width": 12, "strike": 20, "dip": 50}
    x, y, depth = centre(-5, -12, 3, **shape)
    assert depth == pytest.approx(3 + 6 * np.sin(np.deg2rad(50)))
    np.testing.assert_allclose(top_corner(x, y, depth, **shape), (-5, -12, 3), atol=1e-12)


def test_data_needs_no_pytensor():
    """Its import stands in the function that meets a variable of it: a line of its own level would be a need."""
    folder = Path(sys.modules[fault_displacement.__module__].__file__).parent
    lines = [line for file in folder.glob("*.py") for line in file.read_text().splitlines()]
    assert not [line for line in lines if line.startswith(("import pytensor", "from pytensor", "import pymc"))]
