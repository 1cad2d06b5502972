import numpy as np
import pymc as pm
import pytest

from bayesnet import compiled as room
from bayesnet.compiled import compiled
from bayesnet.hamiltonian import LogDensity


def line(x: np.ndarray, y: np.ndarray, sd: float = 1.0, *, name: str = "slope") -> pm.Model:
    """A line through points, its slope positive."""
    with pm.Model() as model:
        slope = pm.HalfNormal(name, sd)
        pm.Normal("y", slope * pm.Data("x", x), 1.0, observed=pm.Data("seen", y))
    return model


FIRST = line(np.arange(3.0), np.array([0.0, 1.0, 3.0]))
OTHER = (np.arange(5.0), np.array([1.0, 0.0, 2.0, 2.0, 5.0]))


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    """No model was compiled before."""
    monkeypatch.setattr(room, "_last", type(room._last)(maxlen=2))


def test_functions_serve_models_of_other_data_with_the_same_bits():
    alone = LogDensity(line(*OTHER))
    room._last.clear()
    first = compiled(FIRST)
    shared = LogDensity(line(*OTHER))
    assert shared.compiled.compiled_logp_func is first.compiled_logp_func
    position = np.array([0.3])
    expected, found = alone(position), shared(position)
    assert (found[0], found[1].tolist()) == (expected[0], expected[1].tolist())
    assert found[0] == pytest.approx(float(line(*OTHER).compile_logp(mode="FAST_COMPILE")({"slope_log__": 0.3})))
    starts = [one.start(np.random.default_rng(1)) for one in (alone, shared)]
    assert np.array_equal(*starts)


@pytest.mark.parametrize(
    "model",
    [
        line(*OTHER, sd=2.0),  # another constant
        line(*OTHER, name="b"),
        line(OTHER[0][:, None], OTHER[1][:, None]),  # data of another rank
    ],
)
def test_functions_of_another_model_do_not_serve(model):
    assert compiled(model).compiled_logp_func is not compiled(FIRST).compiled_logp_func


def test_a_variable_of_another_length_is_another_model():
    def many(length: int) -> pm.Model:
        with pm.Model(coords={"place": range(length)}) as model:
            pm.Normal("x", dims="place")
        return model

    assert compiled(many(2)).n_dim == 2
    assert compiled(many(3)).n_dim == 3


def test_results_that_have_the_length_of_the_data_are_their_own():
    def rows(x: np.ndarray) -> pm.Model:
        with pm.Model() as model:
            pm.Deterministic("twice", 2 * pm.Data("x", x) * pm.Normal("slope"))
        return model

    for x in OTHER:
        density = LogDensity(rows(x))
        assert np.array_equal(density.variables(np.full((1, 1, 1), 1.5))["twice"], [[3 * x]])
    density = LogDensity(rows(OTHER[0][:2]))
    assert density.variables(np.full((1, 1, 1), 1.5))["twice"].shape == (1, 1, 2)


def test_chains_start_where_they_are_told():
    start = compiled(FIRST, {"slope": np.array(2.0)}).initial_point_func(5)
    assert start.tolist() == [np.log(2.0)]
    assert compiled(FIRST).initial_point_func(5).tolist() != start.tolist()
