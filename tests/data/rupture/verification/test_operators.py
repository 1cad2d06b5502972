"""Errors of the difference operator: orders, and what a broken operator would give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rupture.solver.operators import MIN_NODES
from data.rupture.verification import operators
from data.rupture.verification.convergence import observed_order
from data.rupture.verification.operators import measure, operator_errors, sbp_residuals


@given(st.integers(MIN_NODES, 60))
def test_summation_by_parts_holds_to_rounding(n):
    assert sbp_residuals((n,))[0] < 1e-14


def test_the_residual_sees_an_operator_that_does_not_sum_by_parts(monkeypatch):
    monkeypatch.setattr(operators, "norm", np.ones)
    assert sbp_residuals((20,))[0] > 0.1


def test_orders_are_four_inside_two_at_the_edges():
    errors = operator_errors()
    assert observed_order(errors.inner).values[-1] == pytest.approx(4, abs=0.1)
    assert observed_order(errors.edge).values[-1] == pytest.approx(2, abs=0.1)


def test_orders_stand_beside_errors():
    piece = measure((41, 81))
    assert np.isnan(piece["inner_order"]).values.tolist() == [True, False]
    assert float(piece["inner_order"][1]) == pytest.approx(4, abs=0.1)
