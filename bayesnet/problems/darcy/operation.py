"""The solution of Darcy's equation as PyTensor operations: heads of a log permeability, and their adjoint."""

from hashlib import sha256
from inspect import getsource

import numba
import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import disconnected_type
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import register_funcify_and_cache_key

from data.darcy import flow


class Heads(Op):
    """Heads `(n, n)`, and the factor that they were found with, of log permeability and what is added, `(n, n)`."""

    __props__ = ()

    def make_node(self, k: Variable, source: Variable) -> Apply:
        """The operation on these variables."""
        return Apply(self, [pt.as_tensor(k), pt.as_tensor(source)], [pt.dmatrix("heads"), pt.dmatrix("factor")])

    def perform(self, node: Apply, inputs: list, outputs: list) -> None:
        """Values, for PyTensor's backends that run operations one by one."""
        outputs[0][0], outputs[1][0] = flow.solved(*map(np.ascontiguousarray, inputs))

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        """Nobody differentiates the factor, nor with respect to what is added."""
        return [[True, False], [False, False]]

    def pullback(self, inputs: list, outputs: list, output_grads: list) -> list[Variable]:
        """The adjoint, which uses the factor again."""
        return [Adjoint()(inputs[0], *outputs, output_grads[0]), disconnected_type()]


class Adjoint(Op):
    """Gradient by log permeability of a function of the heads: of k, heads, factor, and its gradient by the heads."""

    __props__ = ()

    def make_node(self, *inputs: Variable) -> Apply:
        """The operation on these variables."""
        return Apply(self, [*map(pt.as_tensor, inputs)], [pt.dmatrix("gradient")])

    def perform(self, node: Apply, inputs: list, outputs: list) -> None:
        """Values, for PyTensor's backends that run operations one by one."""
        outputs[0][0] = flow.pulled(*map(np.ascontiguousarray, inputs))


@register_funcify_and_cache_key(Heads)
def compiled_heads(op: Heads, node: Apply | None = None, **kwargs: object) -> tuple:
    """The solver as PyTensor's numba backend calls it, and the name of its compiled code in PyTensor's cache."""

    @numba.njit
    def heads(k, source):
        return flow.solved(np.ascontiguousarray(k), source)

    return heads, _key(compiled_heads)


@register_funcify_and_cache_key(Adjoint)
def compiled_adjoint(op: Adjoint, node: Apply | None = None, **kwargs: object) -> tuple:
    """The adjoint, as `compiled_heads`."""

    @numba.njit
    def adjoint(k, heads, factor, slope):
        return flow.pulled(np.ascontiguousarray(k), heads, factor, np.ascontiguousarray(slope))

    return adjoint, _key(compiled_adjoint)


def _key(compiled: object) -> str:
    return sha256((getsource(flow) + getsource(compiled)).encode()).hexdigest()
