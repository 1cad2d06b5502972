"""The activations of hidden units: as a symbol, as a number, their slope, and the symmetries that they have."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytensor.tensor as pt
from scipy.special import expit

LEAK = 0.01  # slope of leaky_relu below zero


@dataclass(frozen=True)
class Activation:
    """An activation, and what can be done to one hidden unit, besides moving it, that changes no prediction."""

    symbol: Callable[[pt.TensorVariable], pt.TensorVariable]
    value: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]  # at its kink a ReLU is taken as inactive
    rescale: bool = False  # act(c a) = c act(a) for c > 0: (w0, b0) times c, w1 divided by c
    flip: bool = False  # act(-a) = shift - act(a): (w0, b0, w1) change sign
    shift: float = 0.0  # b1 gains shift * w1 of every flipped unit


ACTIVATIONS = {
    "relu": Activation(
        lambda a: pt.maximum(a, 0.0),
        lambda a: np.maximum(a, 0.0),
        lambda a: (a > 0).astype(float),
        rescale=True,
    ),
    "tanh": Activation(pt.tanh, np.tanh, lambda a: 1.0 - np.tanh(a) ** 2, flip=True),
    "sigmoid": Activation(pt.sigmoid, expit, lambda a: expit(a) * expit(-a), flip=True, shift=1.0),
    "leaky_relu": Activation(
        lambda a: pt.maximum(a, LEAK * a),
        lambda a: np.maximum(a, LEAK * a),
        lambda a: np.where(a > 0, 1.0, LEAK),
        rescale=True,
    ),
    # softplus(a) - softplus(-a) = a is no constant, so softplus has no symmetry of a single unit
    "softplus": Activation(pt.softplus, lambda a: np.logaddexp(a, 0.0), expit),
}
