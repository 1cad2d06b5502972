from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pymc as pm
import pytensor
import pytest

from bayesnet import compiled as room
from bayesnet.compiled import compiled
from bayesnet.hamiltonian import LogDensity
from bayesnet.problems.tomography import Tomography
from data.travel_times import load_travel_times


def line(x: np.ndarray, y: np.ndarray, sd: float = 1.0, *, name: str = "slope") -> pm.Model:
    """A line through points, its slope positive."""
    with pm.Model() as model:
        slope = pm.HalfNormal(name, sd)
        pm.Normal("y", slope * pm.Data("x", x), 1.0, observed=pm.Data("seen", y))
    return model


OTHER = (np.arange(5.0), np.array([1.0, 0.0, 2.0, 2.0, 5.0]))


def graph_of(model: pm.Model) -> room.Graph:
    return room._graph(model, model.initial_point())


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """No model was compiled before."""
    monkeypatch.setattr(room, "_last", type(room._last)(maxlen=2))


@pytest.mark.heavy
def test_functions_serve_models_of_other_data_with_the_same_bits():
    alone = LogDensity(line(*OTHER))
    room.forget()
    first = compiled(line(np.arange(3.0), np.array([0.0, 1.0, 3.0])))
    shared = LogDensity(line(*OTHER))
    assert shared.compiled.compiled_logp_func is first.compiled_logp_func
    position = np.array([0.3])
    expected, found = alone(position), shared(position)
    assert (found[0], found[1].tolist()) == (expected[0], expected[1].tolist())
    assert found[0] == pytest.approx(float(line(*OTHER).compile_logp(mode="FAST_COMPILE")({"slope_log__": 0.3})))
    starts = [one.start(np.random.default_rng(1)) for one in (alone, shared)]
    assert np.array_equal(*starts)


def serves(one: pm.Model, other: pm.Model) -> bool:
    return graph_of(one).serves(graph_of(other))


def test_linear_problems_of_other_outcomes_share_functions():
    """As replicates of one problem need them by the hundred."""
    problem, data = Tomography(), load_travel_times()
    train = problem.train(data, 0)
    first, other = (problem.model(train.assign(y=train["y"] + shift)) for shift in (0.0, 0.1))
    assert serves(first, other)
    assert room._sharable(first, graph_of(first))


def test_what_differs_in_more_than_data_is_another_model():
    first = line(np.arange(3.0), np.array([0.0, 1.0, 3.0]))
    assert serves(first, line(*OTHER))
    assert not serves(first, line(*OTHER, sd=2.0))  # another constant
    assert not serves(first, line(*OTHER, name="b"))
    assert not serves(first, line(OTHER[0][:, None], OTHER[1][:, None]))  # data of another rank
    more = line(*OTHER)
    with more:
        pm.Deterministic("twice", 2 * more["slope"])
    assert not serves(first, more)
    assert not serves(more, first)
    with pytensor.config.change_flags(numba__fastmath=not pytensor.config.numba__fastmath):
        other = graph_of(line(*OTHER))
    assert not graph_of(first).serves(other)


def test_a_variable_of_another_length_is_another_model():
    def many(length: int) -> pm.Model:
        with pm.Model(coords={"place": range(length)}) as model:
            pm.Normal("x", dims="place")
        return model

    assert serves(many(2), many(2))
    assert not serves(many(2), many(3))


@dataclass(frozen=True)
class Functions:
    """What stands for functions that were compiled."""

    initial_point_func: Callable | None = None


def test_results_that_have_the_length_of_the_data_are_compiled_for_each_model(monkeypatch):
    made = []
    monkeypatch.setattr(room.nutpie, "compile_pymc_model", lambda model, **_: made.append(model) or Functions())
    for x in OTHER:
        with pm.Model() as model:
            pm.Deterministic("twice", 2 * pm.Data("x", x) * pm.Normal("slope"))
        compiled(model)
    assert len(made) == 2


def test_models_whose_data_have_no_names_are_compiled_for_each(monkeypatch):
    made = []
    monkeypatch.setattr(room.nutpie, "compile_pymc_model", lambda model, **_: made.append(model) or Functions())
    for x in OTHER:
        with pm.Model() as model:
            pm.Normal("y", pytensor.shared(x) * pm.Normal("slope"), 1.0, observed=OTHER[0])
        compiled(model)
    assert len(made) == 2


def test_chains_start_where_they_are_told():
    with pm.Model() as model:
        pm.HalfNormal("slope")
    start = compiled(model, {"slope": np.array(2.0)}).initial_point_func(5)
    assert start.tolist() == [np.log(2.0)]
    assert compiled(model).initial_point_func(5).tolist() != start.tolist()
