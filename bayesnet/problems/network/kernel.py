"""Log-likelihood of the network's training rows and its gradient, in one pass of compiled code over blocks of rows.

A block is small enough that inputs, hidden layer and scores of its rows stay in the first-level cache of a core. The
row is the innermost loop, so that the processor's vector units work on several rows at once.
"""

from collections.abc import Callable
from functools import cache
from math import factorial

import numba
import numpy as np

from bayesnet.problems.network.activations import LEAK
from bayesnet.problems.network.vectors import (
    added,
    fma,
    lanes,
    lanes_of,
    no_lanes,
    polynomial,
    power_of_two,
    spread,
    store,
    total,
)

BLOCK = 128  # rows; the last block is filled up with rows of weight zero

# No `fastmath` (see `bayesnet.problems.network.vectors`), and said so: what is left out is taken from the function that
# calls, and PyTensor's have it.
OPTIONS = {"fastmath": False, "error_model": "numpy", "nogil": True}
inline = numba.njit(inline="always", **OPTIONS)
compiled = numba.njit(**OPTIONS)

LN2_HIGH, LN2_LOW = 0.693145751953125, 1.4286068203094172e-6  # ln 2; a multiple of the high part loses no digit


def elementary(real: type) -> tuple[Callable, Callable]:
    """`exp(z)` for z <= 0, and `log(1 + e)` for 0 <= e <= 1, to the precision of `real`, as loops can be vectorised.

    exp: a power of two times the Taylor series of what remains, at most ln 2 / 2. The logarithm: 2 atanh(e / (2 + e)).
    """
    double = real is np.float64
    half, two, log2e, high, low = (real(value) for value in (0.5, 2, 1 / np.log(2), LN2_HIGH, LN2_LOW))
    lowest = real(-700 if double else -80)  # exp of it is nothing beside one, and no denormal number
    taylor = tuple(real(1 / factorial(n)) for n in range(12 if double else 8))
    of_square = tuple(real(1 / n) for n in range(1, 33 if double else 19, 2))

    @inline
    def exp(z):
        z = max(z, lowest)
        k = np.floor(fma(z, log2e, half))
        r = fma(-k, low, fma(-k, high, z))
        return polynomial(r, taylor) * power_of_two(k)

    @inline
    def log1p(e):
        s = e / (two + e)
        return two * s * polynomial(s * s, of_square)  # s * s is at most 1 / 9

    return exp, log1p


def activations(real: type) -> dict[str, tuple[Callable, Callable]]:
    """The value of each activation and, from that value, its slope."""
    exp, log1p = elementary(real)
    zero, one, two, leak = (real(value) for value in (0, 1, 2, LEAK))

    @inline
    def relu(a):
        return max(a, zero)

    @inline
    def relu_slope(h):
        return one if h > zero else zero

    @inline
    def leaky_relu(a):
        return max(a, leak * a)

    @inline
    def leaky_relu_slope(h):
        return one if h > zero else leak

    @inline
    def tanh(a):
        e = exp(-two * abs(a))
        return np.copysign((one - e) / (one + e), a)

    @inline
    def tanh_slope(h):
        return one - h * h

    @inline
    def sigmoid(a):
        e = exp(-abs(a))
        return (one if a >= zero else e) / (one + e)

    @inline
    def sigmoid_slope(h):
        return h * (one - h)

    @inline
    def softplus(a):
        return max(a, zero) + log1p(exp(-abs(a)))

    @inline
    def softplus_slope(h):
        return one - exp(-h)

    return {
        "relu": (relu, relu_slope),
        "leaky_relu": (leaky_relu, leaky_relu_slope),
        "tanh": (tanh, tanh_slope),
        "sigmoid": (sigmoid, sigmoid_slope),
        "softplus": (softplus, softplus_slope),
    }


def likelihoods(real: type) -> dict[str, Callable]:
    """`(logit, y) -> log-likelihood of a row and its derivative with respect to the logit`, for each likelihood."""
    exp, log1p = elementary(real)
    zero, half, one, log_2pi = (real(value) for value in (0, 0.5, 1, np.log(2 * np.pi)))

    @inline
    def bernoulli(logit, y):
        e = exp(-abs(logit))
        p = (one if logit >= zero else e) / (one + e)
        return y * logit - max(logit, zero) - log1p(e), y - p

    @inline
    def gaussian(logit, y):
        e = exp(-abs(logit))
        p = (one if logit >= zero else e) / (one + e)
        error = y - p
        return -half * (error * error + log_2pi), error * p * (one - p)

    return {"bernoulli": bernoulli, "gaussian": gaussian}


@cache  # so that each is compiled once
def sums(real: type) -> tuple[Callable, Callable]:
    """The sum over a block of the products of two arrays, and that of one array."""
    side = lanes_of(real)

    @compiled
    def product(a, b):
        found = no_lanes(a)
        for r in range(0, BLOCK, side):
            found = fma(lanes(a, r), lanes(b, r), found)
        return total(found)

    @compiled
    def sum_of(a):
        found = no_lanes(a)
        for r in range(0, BLOCK, side):
            found = added(found, lanes(a, r))
        return total(found)

    return product, sum_of


def layer(real: type) -> tuple[Callable, Callable]:
    """The products of a block of rows with the weights of the hidden layer, four inputs at a time, and back."""
    side, (product, sum_of) = lanes_of(real), sums(real)

    @compiled
    def inputs_of_units(w0, b0, x, start, out):  # out (hidden, row) = w0^T x[:, start : start + BLOCK] + b0
        wide = x.shape[0] // 4 * 4
        for j in range(0, out.shape[0], 2):
            first, second = out[j], out[j + 1]  # two units for each time that inputs are read
            first[:], second[:] = b0[j], b0[j + 1]
            for i in range(0, wide, 4):
                x0, x1, x2, x3 = x[i, start:], x[i + 1, start:], x[i + 2, start:], x[i + 3, start:]
                u0, u1, u2, u3 = spread(w0[i, j]), spread(w0[i + 1, j]), spread(w0[i + 2, j]), spread(w0[i + 3, j])
                k = j + 1
                v0, v1, v2, v3 = spread(w0[i, k]), spread(w0[i + 1, k]), spread(w0[i + 2, k]), spread(w0[i + 3, k])
                for r in range(0, BLOCK, side):
                    s0, s1, s2, s3 = lanes(x0, r), lanes(x1, r), lanes(x2, r), lanes(x3, r)
                    store(first, r, fma(u3, s3, fma(u2, s2, fma(u1, s1, fma(u0, s0, lanes(first, r))))))
                    store(second, r, fma(v3, s3, fma(v2, s2, fma(v1, s1, fma(v0, s0, lanes(second, r))))))
            for i in range(wide, x.shape[0]):
                u, v, xi = w0[i, j], w0[i, j + 1], x[i, start:]
                for r in range(BLOCK):
                    first[r], second[r] = fma(u, xi[r], first[r]), fma(v, xi[r], second[r])

    @compiled
    def gradient_of_weights(x, start, delta, out, gb0):  # out (feature, hidden) += x[:, start : start + BLOCK] delta^T
        wide = x.shape[0] // 4 * 4
        for j in range(0, delta.shape[0], 2):
            first, second = delta[j], delta[j + 1]  # two units for each time that inputs are read
            for i in range(0, wide, 4):
                x0, x1, x2, x3 = x[i, start:], x[i + 1, start:], x[i + 2, start:], x[i + 3, start:]
                u0, u1, u2, u3 = no_lanes(x0), no_lanes(x0), no_lanes(x0), no_lanes(x0)
                v0, v1, v2, v3 = no_lanes(x0), no_lanes(x0), no_lanes(x0), no_lanes(x0)
                for r in range(0, BLOCK, side):
                    u, v = lanes(first, r), lanes(second, r)
                    s0, s1, s2, s3 = lanes(x0, r), lanes(x1, r), lanes(x2, r), lanes(x3, r)
                    u0, u1, u2, u3 = fma(u, s0, u0), fma(u, s1, u1), fma(u, s2, u2), fma(u, s3, u3)
                    v0, v1, v2, v3 = fma(v, s0, v0), fma(v, s1, v1), fma(v, s2, v2), fma(v, s3, v3)
                for k, u, v in ((i, u0, v0), (i + 1, u1, v1), (i + 2, u2, v2), (i + 3, u3, v3)):
                    out[k, j] += total(u)
                    out[k, j + 1] += total(v)
            for i in range(wide, x.shape[0]):
                out[i, j] += product(first, x[i, start:])
                out[i, j + 1] += product(second, x[i, start:])
            gb0[j] += sum_of(first)
            gb0[j + 1] += sum_of(second)

    return inputs_of_units, gradient_of_weights


def units(activation: str, real: type) -> tuple[Callable, Callable]:
    """What a block of the hidden layer adds to the logits, and the gradients that go back through it."""
    value, slope = activations(real)[activation]
    product, _ = sums(real)

    @compiled
    def outputs(hidden, w1, b1, logit):  # hidden (hidden, row): inputs of the units, then their values
        logit[:] = b1
        for j in range(w1.size):
            h, w = hidden[j], w1[j]
            for r in range(BLOCK):
                h[r] = value(h[r])
                logit[r] = fma(w, h[r], logit[r])

    @compiled
    def back(hidden, error, w1, gw1):  # hidden (hidden, row): values of the units, then derivatives of their inputs
        for j in range(w1.size):
            h, w = hidden[j], w1[j]
            gw1[j] += product(error, h)
            for r in range(BLOCK):
                h[r] = error[r] * w * slope(h[r])

    return outputs, back


def make_kernel(activation: str, likelihood: str, real: type = np.float64) -> Callable:
    """Compiled log-likelihood of all rows and its gradient.

    Parameters
    ----------
    activation, likelihood : str
        Of the network, see `activations` and `likelihoods`.
    real : type
        `numpy.float64` or `numpy.float32`: of all arguments and results, and of what is computed on the way.

    Returns
    -------
    callable
        `(w0 (feature, hidden), b0 (hidden,), w1 (hidden,), b1, x (feature, row), y (row,), weight (row,)) -> rows
        (row,)`, the weighted log-likelihood of each row (in single precision not set), and the derivatives of their
        sum with respect to w0, b0, w1 and b1, of their shapes.
    """
    row, zero = likelihoods(real)[likelihood], real(0)
    inputs_of_units, gradient_of_weights = layer(real)
    outputs, back = units(activation, real)
    _, sum_of = sums(real)

    @compiled
    def errors(logit, y, weight, rows, out):
        for r in range(BLOCK):
            found, derivative = row(logit[r], y[r])
            out[r] = weight[r] * derivative
            rows[r] = weight[r] * found

    @compiled
    def filled_up(x, y, weight, start):  # the rows from `start` on, and then rows of weight zero
        inputs, outcomes, shares = np.zeros((x.shape[0], BLOCK), real), np.zeros(BLOCK, real), np.zeros(BLOCK, real)
        for r in range(y.size - start):
            outcomes[r], shares[r] = y[start + r], weight[start + r]
            for i in range(x.shape[0]):
                inputs[i, r] = x[i, start + r]
        return inputs, outcomes, shares

    @compiled
    def kernel(w0, b0, w1, b1, x, y, weight):
        x, y, weight = np.ascontiguousarray(x), np.ascontiguousarray(y), np.ascontiguousarray(weight)
        n_rows, n_hidden = y.size, b0.size
        even = n_hidden + n_hidden % 2  # units are taken two at a time: an odd one is joined by one of zeros
        w, b, v = np.zeros((w0.shape[0], even), real), np.zeros(even, real), np.zeros(even, real)
        for j in range(n_hidden):
            b[j], v[j] = b0[j], w1[j]
            for i in range(w0.shape[0]):
                w[i, j] = w0[i, j]
        gw0, gb0, gw1, gb1 = np.zeros_like(w), np.zeros_like(b), np.zeros_like(v), zero
        hidden, logit, error = np.empty((even, BLOCK), real), np.empty(BLOCK, real), np.empty(BLOCK, real)
        rows, found = np.empty(n_rows, real), np.empty(BLOCK, real)
        for first in range(0, n_rows, BLOCK):
            start, n = first, min(BLOCK, n_rows - first)
            if n < BLOCK:
                x, y, weight = filled_up(x, y, weight, first)
                start = 0
            inputs_of_units(w, b, x, start, hidden)
            outputs(hidden, v, b1, logit)
            errors(logit, y[start:], weight[start:], found, error)
            gb1 += sum_of(error)
            back(hidden, error, v, gw1)
            gradient_of_weights(x, start, hidden, gw0, gb0)
            for r in range(n):
                rows[first + r] = found[r]
        return rows, gw0[:, :n_hidden].copy(), gb0[:n_hidden].copy(), gw1[:n_hidden].copy(), gb1

    return kernel
