import numpy as np
import pytensor.tensor as pt
import pytest
from scipy.special import softmax

from bayesnet.problems.network.activations import ACTIVATIONS


def test_activations_are_what_their_names_say():
    a = np.linspace(-40, 40, 17)
    by_hand = {
        "relu": np.where(a > 0, a, 0),
        "tanh": np.tanh(a),
        "sigmoid": softmax(np.stack([a, 0 * a]), axis=0)[0],
        "leaky_relu": np.where(a > 0, a, 0.01 * a),
        "softplus": np.where(a > 30, a, np.log1p(np.exp(np.minimum(a, 30)))),
    }
    for name, activation in ACTIVATIONS.items():
        assert np.allclose(activation.value(a), by_hand[name], atol=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_symbol_and_number_agree(name):
    a, activation = np.linspace(-40, 40, 17), ACTIVATIONS[name]
    symbol = activation.symbol(pt.as_tensor(a)).eval(mode="FAST_COMPILE")
    assert np.allclose(symbol, activation.value(a), rtol=1e-12, atol=1e-15)


def test_slopes_are_the_derivatives_of_the_activations():
    a = np.array([-2.0, -0.3, 0.4, 3.0])
    for activation in ACTIVATIONS.values():
        numeric = (activation.value(a + 1e-6) - activation.value(a - 1e-6)) / 2e-6
        np.testing.assert_allclose(activation.slope(a), numeric, atol=1e-8)


def test_every_activation_has_the_symmetry_that_it_states():
    a = np.linspace(-3, 3, 7)
    for activation in ACTIVATIONS.values():
        act = activation.value
        assert activation.rescale == np.allclose(act(2.5 * a), 2.5 * act(a))
        assert activation.flip == np.allclose(act(-a) + act(a), act(-a[0]) + act(a[0]))
        if activation.flip:
            np.testing.assert_allclose(act(-a), activation.shift - act(a))
