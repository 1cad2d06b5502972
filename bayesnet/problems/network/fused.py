"""The log-likelihood of the network's rows as one PyTensor operation, whose gradient comes with it in the same pass."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from inspect import getsource

import numba
import numpy as np
from pytensor import function
from pytensor.compile.builders import FinalizedOpFromGraph, SymbolicOp
from pytensor.compile.mode import Mode
from pytensor.gradient import DisconnectedType, disconnected_type, grad
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.type import Type
from pytensor.link.numba.dispatch.basic import register_funcify_and_cache_key
from pytensor.scalar.basic import Second
from pytensor.tensor.basic import Alloc
from pytensor.tensor.elemwise import DimShuffle, Elemwise

from bayesnet.problems.network import kernel, vectors
from bayesnet.problems.network.activations import ACTIVATIONS
from bayesnet.problems.network.likelihoods import LIKELIHOODS

WEIGHTS = 4  # inputs that are weights; the others are data


class RowLikelihood(SymbolicOp, FinalizedOpFromGraph):
    """Weighted log-likelihood of each row, and the derivatives of the sum over rows with respect to the weights.

    Inputs: w0 (feature, hidden), b0 (hidden), w1 (hidden), b1, x (feature, row), y (row), weight (row). Outputs: rows
    (row), and derivatives of the shapes of w0, b0, w1 and b1. The inner graph is PyTensor's own and defines them
    (JAX runs it); elsewhere `kernel.make_kernel` computes them. To fit a model the gradient is asked of
    the sum alone, so it is computed before it is asked for. With `single` the kernel computes in single precision and
    takes x in it, which is nearly twice as fast; weights, y, weight and outputs are double all the same.
    """

    __props__ = ("activation", "likelihood", "single")

    def build_inner_graph(self, *inputs: Variable) -> list[Variable]:
        """PyTensor's own graph of the outputs."""
        w0, b0, w1, b1, x, y, weight = inputs
        logit = ACTIVATIONS[self.activation].symbol(x.T @ w0 + b0) @ w1 + b1
        rows = weight * LIKELIHOODS[self.likelihood].symbol(y, logit)
        return [rows, *grad(rows.sum(), [w0, b0, w1, b1])]

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        """All outputs depend on the weights; nobody differentiates with respect to data."""
        return [[place < WEIGHTS] * len(node.outputs) for place in range(len(node.inputs))]

    def pullback(self, inputs: list, outputs: list, output_grads: list) -> list[Variable]:
        """Derivatives: those of a sum over rows are outputs already, PyTensor works out those of anything else."""
        factor = common_value(output_grads[0])
        if factor is not None and all(isinstance(one.type, DisconnectedType) for one in output_grads[1:]):
            found = [factor * of_sum for of_sum in outputs[1:]]
        else:
            found = super().pullback(inputs, outputs, output_grads)[:WEIGHTS]
        return [*found, *(disconnected_type() for _ in inputs[WEIGHTS:])]

    def perform(self, node: Apply, inputs: list, outputs: list) -> None:
        """Values by the kernel, for PyTensor's backends that run operations one by one."""
        alone = run_alone(*self._props(), *(one.type for one in node.inputs))
        for place, value in zip(outputs, alone(*inputs), strict=True):
            place[0] = value

    @property
    def real(self) -> type:
        """What the kernel computes with."""
        return np.float32 if self.single else np.float64


made_kernel = cache(kernel.make_kernel)


@cache
def run_alone(activation: str, likelihood: str, single: bool, *types: Type) -> Callable:
    """The operation as a function of its inputs, whose compiled code PyTensor keeps from process to process."""
    inputs = [kind() for kind in types]
    rows = RowLikelihood(activation=activation, likelihood=likelihood, single=single)
    return function(inputs, rows(*inputs), mode=Mode("numba", optimizer=None))


def common_value(vector: Variable) -> Variable | None:
    """The scalar that every element of a vector is; None where its graph does not show one."""
    if isinstance(vector.type, DisconnectedType):
        return None
    if all(vector.type.broadcastable):
        return vector.squeeze()
    op, parts = (vector.owner.op, vector.owner.inputs) if vector.owner else (None, [])
    if isinstance(op, Alloc | DimShuffle):
        return common_value(parts[0])
    if isinstance(op, Elemwise) and isinstance(op.scalar_op, Second):
        return common_value(parts[1])  # in the shape of the first
    return None


@numba.njit
def unchanged(values):
    """Values as they are."""
    return values


@numba.njit
def as_single(values):
    """Values in single precision."""
    return values.astype(np.float32)


@numba.njit
def as_double(values):
    """Values in double precision."""
    return values.astype(np.float64)


@register_funcify_and_cache_key(RowLikelihood)
def compiled_rows(op: RowLikelihood, node: Apply | None = None, **kwargs: object) -> tuple:
    """The kernel as PyTensor's numba backend calls it, and the name of its compiled code in PyTensor's cache."""
    compute, real = made_kernel(op.activation, op.likelihood, op.real), op.real
    cast, double = (as_single, as_double) if op.single else (unchanged, unchanged)

    @numba.njit
    def rows_and_gradient(w0, b0, w1, b1, x, y, weight):
        rows, gw0, gb0, gw1, gb1 = compute(cast(w0), cast(b0), cast(w1), real(b1.item()), x, cast(y), cast(weight))
        return double(rows), double(gw0), double(gb0), double(gw1), np.array(np.float64(gb1))

    parts = (op.activation, op.likelihood, real.__name__, *map(getsource, (kernel, vectors, compiled_rows)))
    return rows_and_gradient, sha256("".join(parts).encode()).hexdigest()
