import numpy as np
import pymc as pm
import pytest
from scipy.stats import halfnorm, norm

from bayesnet.optimum import Density, climb, highest_of
from bayesnet.starts import starting_points
from tests.bayesnet.hand_made import HIGH, two_modes


def scaled() -> pm.Model:
    """A variable that samplers see as its logarithm, and one that they see as it is."""
    with pm.Model(coords={"site": ["a", "b"]}) as model:
        scale = pm.HalfNormal("scale", 2.0)
        slip = pm.Normal("slip", 1.0, 0.5, dims="site")
        pm.Deterministic("moment", scale * slip.sum())
    return model


@pytest.fixture(scope="module")
def density() -> Density:
    model = scaled()
    return Density(model, starting_points(model, 1, 0)[0])


def test_the_density_is_that_of_the_model_with_and_without_the_jacobian(density):
    point = {"scale_log__": np.array(0.3), "slip": np.array([0.8, 1.4])}
    loss, gradient, lp = density(density.flat(point))
    expected = halfnorm.logpdf(np.exp(0.3), scale=2) + norm.logpdf([0.8, 1.4], 1, 0.5).sum()
    assert loss == pytest.approx(-expected)
    assert lp == pytest.approx(expected + 0.3)
    theta = density.flat(point)
    for place in range(3):
        step = 1e-5 * np.eye(3)[place]
        slope = (density(theta + step)[0] - density(theta - step)[0]) / 2e-5
        assert gradient[place] == pytest.approx(slope, abs=1e-6)


def test_points_are_told_in_the_models_own_variables(density):
    thetas = [density.flat({"scale_log__": np.array(0.0), "slip": np.array([1.0, 2.0])}) + shift for shift in (0, 1)]
    found = density.variables(thetas)
    assert np.allclose(found["scale"], [1, np.e])
    assert np.allclose(found["slip"], [[1, 2], [2, 3]])
    assert np.allclose(found["moment"], found["scale"] * found["slip"].sum(axis=1))


def test_a_climb_ends_at_the_nearest_optimum_and_says_that_it_did(density):
    found = climb(density, density.flat({"scale_log__": np.array(0.0), "slip": np.array([5.0, -3.0])}))
    assert found.converged
    assert np.allclose(found.theta[[1, 2]], 1, atol=1e-3)
    assert found.loss == pytest.approx(density(found.theta)[0])
    assert found.lp == pytest.approx(density(found.theta)[2])
    assert not climb(density, density.flat({"scale_log__": np.array(0.0), "slip": np.array([5.0, -3.0])}), 1).converged


def test_a_start_without_density_goes_nowhere(density):
    start = np.array([np.inf, 0.0, 0.0])
    found = climb(density, start)
    assert found.loss == np.inf
    assert not found.converged
    assert found.iterations == 0


def test_of_several_optima_the_highest_is_taken():
    model = two_modes()
    density = Density(model, starting_points(model, 1, 0)[0])
    ends = [climb(density, density.flat(start)).theta[0] for start in starting_points(model, 12, 5)]
    assert {round(float(end)) for end in ends} == {-HIGH, HIGH}  # there is a lower one to fall for
    assert float(highest_of(density, 12, 5)["x"]) == pytest.approx(HIGH, abs=0.01)
