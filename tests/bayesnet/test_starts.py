import numpy as np
import pymc as pm
import pytest
from scipy.stats import kstest, norm

from bayesnet import Network, training_set
from bayesnet.starts import prior_draws, starting_points


def some_model() -> pm.Model:
    """Variables with and without names of dimensions, one of them positive, one derived."""
    with pm.Model(coords={"site": ["a", "b", "c"]}) as model:
        slip = pm.Normal("slip", 2.0, 0.5, dims="site")
        scale = pm.HalfNormal("scale", 3.0)
        pm.Normal("plain", 0, 1, shape=2)
        pm.Deterministic("moment", scale * slip.sum())
        pm.Normal("y", slip.sum(), scale, observed=1.0)
    return model


def test_draws_of_the_prior_have_the_models_dimensions():
    drawn = prior_draws(some_model(), 50, seed=1)
    assert drawn["slip"].dims == ("chain", "draw", "site")
    assert drawn["site"].values.tolist() == ["a", "b", "c"]
    assert drawn["scale"].sizes == {"chain": 1, "draw": 50}
    assert drawn["plain"].sizes == {"chain": 1, "draw": 50, "plain_dim_0": 2}
    assert np.allclose(drawn["moment"], drawn["scale"] * drawn["slip"].sum("site"))
    assert "y" not in drawn
    assert (drawn["scale"] > 0).all()


def test_a_single_draw_has_the_dimension_too():
    drawn = prior_draws(some_model(), 1, seed=1)
    assert drawn["slip"].sizes == {"chain": 1, "draw": 1, "site": 3}
    assert drawn["moment"].sizes == {"chain": 1, "draw": 1}


def test_draws_of_the_prior_are_of_it_and_follow_from_the_seed():
    model = some_model()
    drawn = prior_draws(model, 2000, seed=1)
    assert kstest(drawn["slip"].values[0, :, 1], norm(2.0, 0.5).cdf).pvalue > 0.001
    assert prior_draws(model, 20, seed=1).identical(prior_draws(model, 20, seed=1))
    assert not prior_draws(model, 20, seed=1).equals(prior_draws(model, 20, seed=2))


def test_starting_points_are_independent_draws_of_the_prior_of_the_unconstrained_variables():
    model = some_model()
    points = starting_points(model, 300, seed=4)
    assert len(points) == 300
    assert set(points[0]) == {"slip", "scale_log__", "plain"}
    slip = np.stack([point["slip"] for point in points])
    assert kstest(slip[:, 0], norm(2.0, 0.5).cdf).pvalue > 0.001
    scale = np.exp([point["scale_log__"] for point in points])
    assert kstest(scale / 3, lambda x: 2 * norm.cdf(x) - 1).pvalue > 0.001
    assert abs(np.corrcoef(slip[:-1, 0], slip[1:, 0])[0, 1]) < 0.25
    again = starting_points(model, 3, seed=4)
    assert all(np.array_equal(one["slip"], point["slip"]) for one, point in zip(again, points[:3], strict=True))
    assert not np.array_equal(starting_points(model, 1, seed=5)[0]["slip"], points[0]["slip"])


@pytest.mark.parametrize("prior", ["normal", "half_normal", "ard"])
def test_a_network_starts_where_its_density_is_finite(prior, catalogue):
    model = Network(hidden=3, prior=prior).model(training_set(catalogue))
    log_p = model.compile_logp(mode="FAST_COMPILE")
    points = starting_points(model, 3, seed=0)
    assert np.isfinite([float(log_p(point)) for point in points]).all()
    assert len({float(np.ravel(point["b1"])[0]) for point in points}) == 3
