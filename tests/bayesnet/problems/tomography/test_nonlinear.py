import numpy as np
import pytest
import xarray as xr

from bayesnet.problems.tomography import LogTomography, NetworkTomography
from bayesnet.problems.tomography.functional_prior import (
    PLACES,
    distance,
    fitted_scales,
    network_moments,
    process_moments,
)
from bayesnet.starts import prior_draws
from data import InputError
from data.travel_times import SLOWNESS_SD, cell_depths, load_travel_times, mean_slowness


@pytest.fixture(scope="module")
def data():
    return load_travel_times()


def free(draw):
    """The free variables of the model."""
    return {name: values for name, values in draw.data_vars.items() if name != "slowness"}


def density_by_hand(problem, train, draw):
    """Log density of the arrivals and of the unknowns, with the slowness that the problem itself gives."""
    expected = problem.predict(draw, train, train).values.ravel()
    errors = (train["y"].values - expected) / train["sd"].values
    log_p = -0.5 * (errors**2).sum() - np.log(train["sd"].values * np.sqrt(2 * np.pi)).sum()
    for name, values in free(draw).items():
        sd = float(train["scale"].sel(variable=name)) if "scale" in train else 1.0
        log_p += (-0.5 * (values.values / sd) ** 2 - np.log(sd * np.sqrt(2 * np.pi))).sum()
    return log_p


@pytest.mark.parametrize("problem", [LogTomography(), NetworkTomography(hidden=3)])
def test_the_model_and_the_predictions_are_of_one_slowness(problem, data):
    train = problem.train(data, 0)
    model = problem.model(train)
    draw = prior_draws(model, 2, seed=0).isel(draw=[0])
    point = {name: draw[name].values[0, 0] for name in free(draw)}
    found = float(model.compile_logp(mode="FAST_COMPILE")(point))
    assert found == pytest.approx(density_by_hand(problem, train, draw))


def test_log_slowness_is_about_the_mean_with_the_same_spread_and_never_negative(data):
    problem = LogTomography()
    train = problem.train(data, 0)
    found = problem.slowness(prior_draws(problem.model(train), 400, seed=0), train)[0]
    assert (found > 0).all()
    np.testing.assert_allclose(np.median(found, axis=0), mean_slowness(), rtol=0.05)
    assert found.std(axis=0).mean() == pytest.approx(SLOWNESS_SD, rel=0.1)


def test_a_network_of_zeros_has_the_mean_slowness(data):
    problem = NetworkTomography(hidden=2)
    zeros = xr.Dataset({name: (("chain", "draw", "hidden"), np.zeros((1, 1, 2))) for name in ("w0", "b0", "w1")})
    zeros = zeros.assign(b1=(("chain", "draw"), np.zeros((1, 1)))).assign_coords(chain=[0], draw=[0])
    np.testing.assert_array_equal(problem.slowness(zeros, problem.train(data, 0))[0, 0], mean_slowness())
    assert (
        problem.monitored(
            xr.DataTree.from_dict({"posterior": zeros, "constant_data": problem.train(data, 0).drop_vars("y")})
        ).sizes["depth"]
        == len(cell_depths()) // 5
    )


def test_the_distance_of_gaussians_is_known_where_they_commute():
    one, other = np.diag([1.0, 4.0]), np.diag([9.0, 4.0])
    assert distance(one, other) == pytest.approx((1 - 3) ** 2 / 2)
    assert distance(one, one) == pytest.approx(0, abs=1e-12)


def test_moments_of_the_network_are_those_of_its_draws(data):
    """Values and slopes at one of the depths, by a large number of networks."""
    rng, sd, hidden = np.random.default_rng(0), (2.0, 1.5, 0.7, 0.5), 3
    w0, b0, w1 = (scale * rng.normal(size=(200_000, hidden)) for scale in sd[:3])
    x = (2.1 - 5.0) / (10 / np.sqrt(12))  # the eleventh of 50 places between 0 and 10 km
    value = np.tanh(w0 * x + b0)
    output = ((w1 * value).sum(axis=1) + sd[3] * rng.normal(size=len(w1))) / 2
    slope = (w1 * w0 * (1 - value**2)).sum(axis=1) / (10 / np.sqrt(12)) / 2
    found = network_moments(*sd, hidden)
    assert found[10, 10] == pytest.approx(output.var(), rel=0.02)
    assert found[PLACES + 10, PLACES + 10] == pytest.approx(slope.var(), rel=0.03)
    assert found[10, PLACES + 10] == pytest.approx(np.mean(output * slope), abs=0.02 * np.sqrt(output.var()))


@pytest.mark.heavy
def test_fitted_scales_are_nearer_to_the_process_though_no_tanh_layer_forgets_over_two_km():
    """A unit is a step at one depth: the correlation of their sum falls at most as a straight line."""
    fitted, target = network_moments(*fitted_scales(20).values(), 20), process_moments()
    plain = network_moments(1, 1, 1, 1, 20)
    assert distance(fitted, target) < 0.6 * distance(plain, target)

    def correlated(covariance):
        sd = np.sqrt(np.diag(covariance))
        return np.diag(covariance / sd[:, None] / sd, 10)[: PLACES - 10].mean()  # places 2 km apart

    assert correlated(target) == pytest.approx(np.exp(-2))
    assert correlated(plain) > 0.8 > correlated(fitted) > 0.6
    np.testing.assert_allclose(np.sqrt(np.diag(fitted))[:PLACES], 1, atol=0.05)


@pytest.mark.heavy
def test_the_scales_that_were_fitted_are_stored_with_the_rows(data):
    train = NetworkTomography(fitted=True).train(data, 0)
    assert dict(zip(train["variable"].values, train["scale"].values, strict=True)) == fitted_scales(20)
    assert (NetworkTomography().train(data, 0)["scale"] == 1).all()


def test_a_network_without_units_is_refused():
    with pytest.raises(InputError):
        NetworkTomography(hidden=0)
