"""The compiled kernel and its operation give what PyTensor's own graph gives, in any use of a model."""

import numpy as np
import pymc as pm
import pytensor
import pytensor.tensor as pt
import pytest

from bayesnet import Network, training_set
from bayesnet.problems.network.fused import RowLikelihood, run_alone
from bayesnet.problems.network.kernel import BLOCK
from tests.bayesnet.problems.network.pairs import PAIRS


def arrays(features: int, hidden: int, rows: int, scale: float = 1.0) -> list[np.ndarray]:
    rng = np.random.default_rng(features)
    shapes = [(features, hidden), (hidden,), (hidden,), ()]
    weights = [scale * rng.normal(size=shape) for shape in shapes]
    x = rng.normal(size=(features, rows))
    return [*weights, x, rng.binomial(1, 0.5, rows).astype(float), rng.integers(0, 4, rows).astype(float)]


def symbols_of(values: list[np.ndarray]) -> list[pt.TensorVariable]:
    return [pt.tensor(shape=(None,) * np.ndim(value), dtype="float64") for value in values]


@pytest.mark.parametrize(("activation", "likelihood"), PAIRS)
def test_the_kernel_gives_what_the_graph_gives(activation, likelihood):
    rows = RowLikelihood(activation=activation, likelihood=likelihood, single=False)
    symbols = symbols_of(arrays(1, 1, 1))
    of_kernel = run_alone(*rows._props(), *(one.type for one in symbols))
    of_graph = pytensor.function(symbols, rows.build_inner_graph(*symbols), mode="FAST_COMPILE")
    # even and odd numbers of units; inputs in fours and single; whole blocks of rows and a rest; scores of 0 and 1
    for values in (arrays(8, 12, 3 * BLOCK), arrays(6, 5, BLOCK + 3), arrays(1, 1, 2), arrays(5, 3, 70, scale=30.0)):
        for one, other in zip(of_kernel(*values), of_graph(*values), strict=True):
            assert np.allclose(one, other, rtol=1e-12, atol=1e-12 * np.abs(other).max())


def test_a_model_has_the_gradient_of_its_density(catalogue):
    network, train = Network(hidden=3), training_set(catalogue, "weight")
    model = network.model(train)
    density = model.logp_dlogp_function(ravel_inputs=True)
    density.set_extra_values({})
    theta = np.random.default_rng(0).normal(size=sum(np.size(value) for value in model.initial_point(0).values()))
    value, gradient = density._pytensor_function(theta)
    step = 1e-6
    for place in range(theta.size):
        aside = step * np.eye(theta.size)[place]
        ahead, behind = density._pytensor_function(theta + aside)[0], density._pytensor_function(theta - aside)[0]
        assert (ahead - behind) / (2 * step) == pytest.approx(gradient[place], rel=1e-5, abs=1e-5 * abs(value))


def gradients_of(statistic, values: list[np.ndarray], mode: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Derivatives of a statistic of the rows with respect to the weights: of the operation, and of PyTensor's graph."""
    symbols = symbols_of(values)
    rows = RowLikelihood(activation="relu", likelihood="bernoulli", single=False)
    found = pytensor.grad(statistic(rows(*symbols)[0]), symbols[:4])
    expected = pytensor.grad(statistic(rows.build_inner_graph(*symbols)[0]), symbols[:4])
    both = pytensor.function(symbols, [*found, *expected], mode=mode)(*values)
    return list(zip(both[:4], both[4:], strict=True))


def test_the_gradient_of_a_sum_is_an_output():
    for one, other in gradients_of(lambda rows: 0.3 * rows.sum(), arrays(3, 2, 20), "FAST_COMPILE"):
        assert np.allclose(one, other, rtol=1e-10)


@pytest.mark.slow
def test_the_gradient_of_anything_else_is_right():
    for one, other in gradients_of(lambda rows: (rows**2).sum(), arrays(3, 2, 20), "NUMBA"):
        assert np.allclose(one, other, rtol=1e-10)


def test_rows_of_a_fit_are_the_models(catalogue, fits):
    log_likelihood = fits["nuts"]["log_likelihood"]["y"]
    network = Network(hidden=3)
    train = network.train(catalogue, 0)
    logit = network.logit(fits["nuts"]["posterior"].to_dataset(), train, train)
    expected = (train["y"] * logit - np.logaddexp(0, logit)).transpose(*logit.dims)
    assert np.allclose(log_likelihood.transpose(*logit.dims), expected, atol=1e-9)


def test_the_model_draws_outcomes_of_its_rows(catalogue):
    train = training_set(catalogue)
    with Network(hidden=2).model(train) as model:
        drawn = pm.draw(model["y"], draws=3, random_seed=0, mode="FAST_COMPILE")
    assert drawn.shape == (3, train.sizes["simulation"])
    assert set(np.unique(drawn)) <= {0.0, 1.0}
