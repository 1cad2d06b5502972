import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
import xarray as xr

from bayesnet.problems.darcy import Darcy, NetworkDarcy
from bayesnet.problems.darcy.ground import QUARTERS, quantities_of
from bayesnet.problems.darcy.network import fitted_scales, places
from bayesnet.problems.darcy.operation import Heads
from bayesnet.problems.functional_prior import distance, network_moments, process_moments
from bayesnet.starts import prior_draws
from data import InputError
from data.darcy.flow import centres, pulled, solved
from data.darcy.heads import LENGTH, SD, SIDE, load_heads, modes
from tests.bayesnet.problems.darcy.made import drawn, group, true_amounts

PROBLEMS = [Darcy(), NetworkDarcy(hidden=3)]


@pytest.fixture(scope="module")
def data():
    return load_heads()


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "NUMBA"])
def test_the_operation_gives_the_heads_and_their_adjoint(mode):
    rng = np.random.default_rng(0)
    k, source, slope = rng.normal(size=(3, 5, 5))
    symbol = pt.dmatrix("k")
    heads, _ = Heads()(symbol, source)
    gradient = pytensor.grad((slope * heads).sum(), symbol)
    found = pytensor.function([symbol], [heads, gradient], mode=mode)(np.asfortranarray(k))
    known = solved(k, source)
    np.testing.assert_allclose(found[0], known[0])
    np.testing.assert_allclose(found[1], pulled(k, *known, slope))


def free(draw):
    """The free variables of the model."""
    return {name: values for name, values in draw.data_vars.items() if name != "log_permeability"}


def density_by_hand(problem, train, draw):
    """Log density of the heads and of the unknowns, with what the problem itself predicts."""
    expected = problem.predict(draw, train, train).values.ravel()
    errors = (train["y"].values - expected) / train["sd"].values
    log_p = -0.5 * (errors**2).sum() - np.log(train["sd"].values * np.sqrt(2 * np.pi)).sum()
    for name, values in free(draw).items():
        sd = float(train["scale"].sel(variable=name)) if "scale" in train else 1.0
        log_p += (-0.5 * (values.values / sd) ** 2 - np.log(sd * np.sqrt(2 * np.pi))).sum()
    return log_p


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_model_and_the_predictions_are_of_one_permeability(problem, data):
    train = problem.train(data, 0)
    model = problem.model(train)
    draw = prior_draws(model, 2, seed=0).isel(draw=[0])
    point = {name: draw[name].values[0, 0] for name in free(draw)}
    found = float(model.compile_logp(mode="FAST_COMPILE")(point))
    assert found == pytest.approx(density_by_hand(problem, train, draw))
    if "log_permeability" in draw:
        np.testing.assert_allclose(problem.log_permeability(draw, train), draw["log_permeability"].values)


def test_the_model_has_the_gradient_of_its_density(data):
    model = Darcy().model(Darcy().train(data, 0))
    slope, density = (getattr(model, f"compile_{name}")(mode="FAST_COMPILE") for name in ("dlogp", "logp"))
    z, step = np.random.default_rng(0).normal(size=modes().shape[1]), 1e-5
    found = [(density({"z": z + one}) - density({"z": z - one})) / (2 * step) for one in step * np.eye(len(z))]
    np.testing.assert_allclose(slope({"z": z}), found, rtol=1e-5, atol=1e-5 * np.abs(found).max())


def test_predictions_and_quantities_of_the_true_amounts_are_the_truth(data):
    problem, posterior = Darcy(), group(true_amounts(data)[None, None])
    for rows in (problem.train(data, 0), problem.test(data)):
        residual = problem.predict(posterior, rows, rows).values.ravel() - rows["y"].values
        assert np.abs(residual).max() < 4 * SD
    found, truth = problem.quantities(posterior, problem.train(data, 0)), problem.truth(data)
    for name in truth.data_vars:
        np.testing.assert_allclose(found[name].values.ravel(), truth[name].values.ravel())


def test_nothing_of_the_truth_is_in_the_training_rows(data):
    assert set(Darcy().train(data, 0).data_vars) == {"y", "sd"}


def test_quantities_of_ground_that_is_even_but_for_a_quarter():
    square = np.zeros((SIDE, SIDE))
    square[SIDE // 2 :, : SIDE // 2] = 2.0
    one = xr.Dataset(coords={"chain": [0], "draw": [0]})
    found = quantities_of(square.reshape(1, 1, -1), one).squeeze()
    assert found["mean_k"].values.tolist() == [0, 0, 2, 0]
    assert list(QUARTERS)[2] == "upper left"
    assert 1 < found["effective_permeability"] < np.exp(2)
    even = quantities_of(np.zeros((1, 1, SIDE**2)), one).squeeze()
    assert float(even["outflow"]) == pytest.approx(1 + 0.5)  # of the difference of heads, and half of what is added


def test_chains_must_agree_on_cells_that_are_named_by_their_places(data):
    fit = drawn(data, 0.1, draws=3)
    found = Darcy().monitored(fit)
    assert found.sizes == {"chain": 2, "draw": 3, "place": 16}
    k = Darcy().log_permeability(fit["posterior"].to_dataset(), Darcy().train(data, 0))
    across, up = centres(SIDE)[6], centres(SIDE)[10]
    known = k.reshape(2, 3, SIDE, SIDE)[..., 10, 6]
    np.testing.assert_array_equal(found.sel(place=f"({across:.2f}, {up:.2f})").values, known)


def test_a_network_of_zeros_has_a_permeability_of_one(data):
    problem = NetworkDarcy(hidden=2)
    train = problem.train(data, 0)
    draw = 0 * prior_draws(problem.model(train), 2, seed=0)
    assert not problem.log_permeability(draw, train).any()


def test_places_have_mean_0_and_sd_1():
    np.testing.assert_allclose(places(400).mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(places(400).std(axis=0), 1, rtol=1e-4)


def test_moments_of_a_network_of_two_inputs_are_those_of_its_draws():
    rng, scales, hidden, length = np.random.default_rng(0), np.array([1.5, 1.0, 0.7, 0.5]), 3, 0.8
    x = np.array([[0.3, -0.5], [1.0, 0.2]])
    w0 = scales[0] * rng.normal(size=(100_000, hidden, 2))
    b0, w1 = (sd * rng.normal(size=(len(w0), hidden)) for sd in scales[1:3])
    value = np.tanh(np.einsum("nhi,pi->nph", w0, x) + b0[:, None])
    output = (np.einsum("nph,nh->np", value, w1) + scales[3] * rng.normal(size=(len(w0), 1))) / 2
    slopes = length * np.einsum("nph,nh,nhi->nip", 1 - value**2, w1, w0) / 2
    both = np.hstack([output, slopes.reshape(len(w0), -1)])
    np.testing.assert_allclose(network_moments(scales, x, length, hidden), both.T @ both / len(both), atol=0.02)


def test_moments_of_the_process_are_derivatives_of_its_covariance():
    x, length, step = np.array([[0.3, -0.5], [1.0, 0.2]]), 0.8, 1e-4

    def covariance(one, other):
        return np.exp(-0.5 * ((one - other) ** 2).sum() / length**2)

    def slope(one, other, i):
        aside = step * np.eye(2)[i]
        return length * (covariance(one, other + aside) - covariance(one, other - aside)) / (2 * step)

    def both(one, other, i, j):
        aside = step * np.eye(2)[i]
        return length * (slope(one + aside, other, j) - slope(one - aside, other, j)) / (2 * step)

    found = process_moments(x, length)
    assert found[0, 1] == pytest.approx(covariance(*x))
    assert [found[0, 3], found[0, 5]] == pytest.approx([slope(*x, 0), slope(*x, 1)], abs=1e-6)
    assert [found[2, 5], found[3, 3]] == pytest.approx([both(*x, 0, 1), 1.0], abs=1e-6)


@pytest.mark.heavy
def test_fitted_scales_are_nearer_to_the_process_and_stored_with_the_rows(data):
    fitted, x = fitted_scales(20), places(5)
    length = LENGTH * np.sqrt(12)
    target = process_moments(x, length)
    near, far = (
        distance(network_moments(np.array(scales), x, length, 20), target) for scales in ([*fitted.values()], [1.0] * 4)
    )
    assert near < 0.7 * far
    train = NetworkDarcy(fitted=True).train(data, 0)
    assert dict(zip(train["variable"].values, train["scale"].values, strict=True)) == fitted
    assert (NetworkDarcy().train(data, 0)["scale"] == 1).all()


def test_a_network_without_units_is_refused():
    with pytest.raises(InputError):
        NetworkDarcy(hidden=0)
