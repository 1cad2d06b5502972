"""Log-likelihood of the network's training rows and its gradient, in one pass of compiled code over blocks of rows.

A block is small enough that inputs, hidden layer and scores of its rows stay in the first-level cache of a core. The
row is the innermost loop, so that the processor's vector units work on several rows at once.
"""

from collections.abc import Callable
from math import factorial

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from bayesnet.problems.network.activations import LEAK

BLOCK = 128  # rows

# Sums may be reordered and multiplications joined with additions; NaN and infinity keep their meaning.
OPTIONS = {"fastmath": {"nsz", "arcp", "contract", "reassoc"}, "error_model": "numpy", "nogil": True}
inline = numba.njit(inline="always", **OPTIONS)
compiled = numba.njit(**OPTIONS)

LN2_HIGH, LN2_LOW = 0.693145751953125, 1.4286068203094172e-6  # ln 2; a multiple of the high part loses no digit


@intrinsic
def power_of_two(typing, k):
    """2^k of a whole number k held as a float, by writing its exponent, which vector units can do."""
    bits, mantissa, bias = (64, 52, 1023) if k == types.float64 else (32, 23, 127)

    def code(context, builder, signature, arguments):
        kind, whole = context.get_value_type(k), ir.IntType(bits)
        added = builder.fadd(arguments[0], ir.Constant(kind, float(2**mantissa + bias)))  # low bits: k + bias
        exponent = builder.shl(builder.bitcast(added, whole), ir.Constant(whole, mantissa))
        return builder.bitcast(exponent, kind)

    return k(k), code


def elementary(real: type) -> tuple[Callable, Callable]:
    """`exp(z)` for z <= 0, and `log(1 + e)` for 0 <= e <= 1, to the precision of `real`, as loops can be vectorised.

    exp: a power of two times the Taylor series of what remains, at most ln 2 / 2. The logarithm: 2 atanh(e / (2 + e)).
    """
    double = real is np.float64
    half, one, two, log2e, high, low = (real(value) for value in (0.5, 1, 2, 1 / np.log(2), LN2_HIGH, LN2_LOW))
    lowest = real(-700 if double else -80)  # exp of it is nothing beside one, and no denormal number
    c2, c3, c4, c5, c6, c7, c8, c9, c10, c11 = (real(1 / factorial(n)) for n in range(2, 12))
    a3, a5, a7, a9, a11, a13, a15, a17, a19, a21, a23, a25, a27, a29, a31 = (real(1 / n) for n in range(3, 33, 2))

    @inline
    def exp(z):
        z = max(z, lowest)
        k = np.floor(z * log2e + half)
        r = (z - k * high) - k * low
        rest = r * (c8 + r * (c9 + r * (c10 + r * c11))) if double else real(0)
        series = one + r * (one + r * (c2 + r * (c3 + r * (c4 + r * (c5 + r * (c6 + r * (c7 + rest)))))))
        return series * power_of_two(k)

    @inline
    def log1p(e):
        s = e / (two + e)
        q = s * s  # at most 1 / 9
        rest = q * (a19 + q * (a21 + q * (a23 + q * (a25 + q * (a27 + q * (a29 + q * a31)))))) if double else real(0)
        series = q * (a3 + q * (a5 + q * (a7 + q * (a9 + q * (a11 + q * (a13 + q * (a15 + q * (a17 + rest))))))))
        return two * s * (one + series)

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


def layer(real: type) -> tuple[Callable, Callable]:
    """The products of a block of rows with the weights of the hidden layer, four inputs at a time, and back."""
    zero = real(0)

    @compiled
    def inputs_of_units(w0, b0, x, start, end, out):  # out (hidden, row) = w0^T x[:, start:end] + b0
        n, wide = end - start, x.shape[0] // 4 * 4
        for j in range(out.shape[0]):
            unit, bias = out[j], b0[j]
            for r in range(n):
                unit[r] = bias
            for i in range(0, wide, 4):
                u0, u1, u2, u3 = w0[i, j], w0[i + 1, j], w0[i + 2, j], w0[i + 3, j]
                x0, x1, x2, x3 = x[i, start:end], x[i + 1, start:end], x[i + 2, start:end], x[i + 3, start:end]
                for r in range(n):
                    unit[r] += u0 * x0[r] + u1 * x1[r] + u2 * x2[r] + u3 * x3[r]
            for i in range(wide, x.shape[0]):
                u, xi = w0[i, j], x[i, start:end]
                for r in range(n):
                    unit[r] += u * xi[r]

    @compiled
    def gradient_of_weights(x, start, end, delta, out):  # out (feature, hidden) += x[:, start:end] delta^T
        n, wide = end - start, x.shape[0] // 4 * 4
        for j in range(0, delta.shape[0], 2):
            first, second = delta[j], delta[j + 1]  # two units for each time that inputs are read
            for i in range(0, wide, 4):
                x0, x1, x2, x3 = x[i, start:end], x[i + 1, start:end], x[i + 2, start:end], x[i + 3, start:end]
                u0, u1, u2, u3, v0, v1, v2, v3 = zero, zero, zero, zero, zero, zero, zero, zero
                for r in range(n):
                    u, v = first[r], second[r]
                    u0 += u * x0[r]
                    u1 += u * x1[r]
                    u2 += u * x2[r]
                    u3 += u * x3[r]
                    v0 += v * x0[r]
                    v1 += v * x1[r]
                    v2 += v * x2[r]
                    v3 += v * x3[r]
                for k, u, v in ((i, u0, v0), (i + 1, u1, v1), (i + 2, u2, v2), (i + 3, u3, v3)):
                    out[k, j] += u
                    out[k, j + 1] += v
            for i in range(wide, x.shape[0]):
                xi, u, v = x[i, start:end], zero, zero
                for r in range(n):
                    u += first[r] * xi[r]
                    v += second[r] * xi[r]
                out[i, j] += u
                out[i, j + 1] += v

    return inputs_of_units, gradient_of_weights


def units(activation: str, real: type) -> tuple[Callable, Callable]:
    """What a block of the hidden layer adds to the logits, and the gradients that go back through it."""
    value, slope = activations(real)[activation]
    zero = real(0)

    @compiled
    def outputs(hidden, w1, b1, logit):  # hidden (hidden, row): inputs of the units, then their values
        logit[:] = b1
        for j in range(w1.size):
            h, w = hidden[j], w1[j]
            for r in range(logit.size):
                h[r] = value(h[r])
                logit[r] += w * h[r]

    @compiled
    def back(hidden, error, w1, gw1, gb0):
        # hidden (hidden, row): values of the units, then derivatives of their inputs
        for j in range(w1.size):
            h, w, of_w, of_b = hidden[j], w1[j], zero, zero
            for r in range(error.size):
                of_w += error[r] * h[r]
                h[r] = error[r] * w * slope(h[r])
                of_b += h[r]
            gw1[j] += of_w
            gb0[j] += of_b

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

    @compiled
    def errors(logit, y, weight, rows, out):
        total = zero
        for r in range(logit.size):
            found, derivative = row(logit[r], y[r])
            out[r] = weight[r] * derivative
            total += out[r]
            rows[r] = weight[r] * found
        return total

    @compiled
    def kernel(w0, b0, w1, b1, x, y, weight):
        n_rows, n_hidden = y.size, b0.size
        even = n_hidden + n_hidden % 2  # units are taken two at a time: an odd one is joined by one of zeros
        w, b, v = np.zeros((w0.shape[0], even), real), np.zeros(even, real), np.zeros(even, real)
        for j in range(n_hidden):
            b[j], v[j] = b0[j], w1[j]
            for i in range(w0.shape[0]):
                w[i, j] = w0[i, j]
        gw0, gb0, gw1, gb1 = np.zeros_like(w), np.zeros_like(b), np.zeros_like(v), zero
        hidden, logit, error = np.empty((even, BLOCK), real), np.empty(BLOCK, real), np.empty(BLOCK, real)
        rows = np.empty(n_rows, real)
        for start in range(0, n_rows, BLOCK):
            end = min(start + BLOCK, n_rows)
            n = end - start
            inputs_of_units(w, b, x, start, end, hidden)
            outputs(hidden, v, b1, logit[:n])
            gb1 += errors(logit[:n], y[start:end], weight[start:end], rows[start:end], error)
            back(hidden, error[:n], v, gw1, gb0)
            gradient_of_weights(x, start, end, hidden, gw0)
        return rows, gw0[:, :n_hidden].copy(), gb0[:n_hidden].copy(), gw1[:n_hidden].copy(), gb1

    return kernel
