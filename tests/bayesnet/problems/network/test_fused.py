"""The compiled kernel and its operation give what PyTensor's own graph gives, in any use of a model."""

import numba
import numpy as np
import pymc as pm
import pytensor
import pytensor.tensor as pt
import pytest

from bayesnet import Network, training_set
from bayesnet.problems.network.fused import RowLikelihood, run_alone
from bayesnet.problems.network.kernel import BLOCK, make_kernel
from bayesnet.problems.network.vectors import added, fma, lanes, polynomial, spread, total
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


@pytest.mark.parametrize("real", [np.float64, np.float32])
def test_results_do_not_depend_on_where_the_kernel_is_compiled(real):
    """No sum may be reordered: in which order it then is depends on the function around and on compilation caches."""
    kernel = make_kernel("relu", "bernoulli", real)
    calling = numba.njit(lambda *given: kernel(*given), fastmath=True)
    values = [value.astype(real) for value in map(np.asarray, arrays(6, 5, BLOCK + 3))]
    values[3] = real(values[3])
    calling(*values)
    found = kernel(*values)
    for text in kernel.inspect_llvm().values():
        assert "fma" in text
        assert not any(word in text for word in (" reassoc ", " fast ", " contract ", " arcp "))

    turned = kernel(*values[:4], np.asfortranarray(values[4]), *values[5:])
    for one, other in zip(found, turned, strict=True):
        assert np.array_equal(one, other)


def test_products_and_sums_are_rounded_once_and_in_one_order():
    @numba.njit
    def computed(a, b, c, x, coefficients):
        return fma(a, b, c), polynomial(x, coefficients)

    @numba.njit
    def summed(values):
        return total(lanes(values, 0)), total(added(lanes(values, 0), spread(values[0])))

    tiny = 2.0**-30
    product, series = computed(1 + tiny, 1 - tiny, -1.0, 0.5, (1.0, -2.0, 4.0))
    assert (product, series) == (-(tiny**2), 1.0)  # (1 + tiny) * (1 - tiny) alone is rounded to one
    values = np.array([1e16, 1.0, -1e16, 1.0])
    assert summed(values) == ((1e16 - 1e16) + (1.0 + 1.0), (2e16 + 0.0) + ((1e16 + 1) + (1e16 + 1)))
    with pytest.raises(numba.TypingError):
        summed(np.arange(8.0)[::2])  # would read what lies between


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
