"""What Numba has no words for: a product joined with an addition, several numbers in one register, powers of two.

LLVM may reorder none of it, so that results have the same bits in whatever function the code is compiled. With Numba's
`fastmath` they have not: the order of sums then depends on the function around, and on what comes from a cache.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel.models import PrimitiveModel
from numba.extending import intrinsic, register_model

WIDTH = 256  # bits of a register that all processors of the last ten years have


class Lanes(types.Type):
    """Floats of one kind that lie side by side in a register."""

    def __init__(self, real: types.Float) -> None:
        self.real, self.number = real, WIDTH // real.bitwidth
        super().__init__(f"Lanes({real})")


@register_model(Lanes)
class LanesModel(PrimitiveModel):
    """A vector of LLVM."""

    def __init__(self, manager: object, kind: Lanes) -> None:
        super().__init__(manager, kind, ir.VectorType(manager.lookup(kind.real).get_value_type(), kind.number))


def lanes_of(real: type) -> int:
    """How many floats a register holds."""
    return WIDTH // np.dtype(real).itemsize // 8


def _fma(context: object, builder: ir.IRBuilder, kind: types.Type, arguments: list[ir.Value]) -> ir.Value:
    value = context.get_value_type(kind)
    name = f"v{kind.number}f{kind.real.bitwidth}" if isinstance(kind, Lanes) else f"f{kind.bitwidth}"
    of_kind = cgutils.get_or_insert_function(builder.module, ir.FunctionType(value, [value] * 3), f"llvm.fma.{name}")
    return builder.call(of_kind, arguments)


@intrinsic
def fma(typing, a, b, c):
    """A product and a sum that are rounded once, a * b + c, of three floats or `Lanes`."""
    if not a == b == c:
        return None
    return a(a, a, a), lambda context, builder, signature, arguments: _fma(context, builder, a, arguments)


@intrinsic
def polynomial(typing, x, coefficients):
    """c0 + c1 x + c2 x^2 ..., by Horner's rule."""

    def code(context, builder, signature, arguments):
        at, (*others, found) = arguments[0], cgutils.unpack_tuple(builder, arguments[1])
        for one in reversed(others):
            found = _fma(context, builder, x, [at, found, one])
        return found

    return x(x, coefficients), code


def _place(context: object, builder: ir.IRBuilder, array: types.Array, arguments: list[ir.Value]) -> ir.Value:
    """Where the elements of an array from a place on lie, as a register takes them."""
    values, start, *_ = arguments
    data = context.make_array(array)(context, builder, values).data
    return builder.bitcast(builder.gep(data, [start]), context.get_value_type(Lanes(array.dtype)).as_pointer())


@intrinsic
def lanes(typing, array, start):
    """The elements of a contiguous array from `start` on that fill a register."""
    if array.layout != "C":
        return None

    def code(context, builder, signature, arguments):
        return builder.load(_place(context, builder, array, arguments), align=array.dtype.bitwidth // 8)

    return Lanes(array.dtype)(array, types.intp), code


@intrinsic
def store(typing, array, start, values):
    """Write `Lanes` to the elements of a contiguous array from `start` on."""
    if array.layout != "C":
        return None

    def code(context, builder, signature, arguments):
        place = _place(context, builder, array, arguments)
        builder.store(arguments[-1], place, align=array.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(array, types.intp, values), code


@intrinsic
def spread(typing, value):
    """A register that is filled with one value."""
    kind = Lanes(value)

    def code(context, builder, signature, arguments):
        vector = context.get_value_type(kind)
        number = ir.IntType(32)
        one = builder.insert_element(ir.Constant(vector, ir.Undefined), arguments[0], ir.Constant(number, 0))
        every = ir.Constant(ir.VectorType(number, kind.number), [0] * kind.number)
        return builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), every)

    return kind(value), code


@intrinsic
def no_lanes(typing, array):
    """A register of zeros of the kind of an array's elements."""
    kind = Lanes(array.dtype)
    return kind(array), lambda context, builder, signature, arguments: ir.Constant(context.get_value_type(kind), None)


@intrinsic
def added(typing, a, b):
    """The sums of two `Lanes`."""
    return a(a, a), lambda context, builder, signature, arguments: builder.fadd(*arguments)


@intrinsic
def total(typing, a):
    """The sum over one `Lanes`, always in the same order: halves added until one is left."""

    def code(context, builder, signature, arguments):
        parts = [builder.extract_element(arguments[0], ir.Constant(ir.IntType(32), k)) for k in range(a.number)]
        while len(parts) > 1:
            half = len(parts) // 2
            parts = [builder.fadd(one, other) for one, other in zip(parts[:half], parts[half:], strict=True)]
        return parts[0]

    return a.real(a), code


@intrinsic
def power_of_two(typing, k):
    """2^k of a whole number k held as a float, by writing its exponent, which vector units can do."""
    bits, mantissa, bias = (64, 52, 1023) if k == types.float64 else (32, 23, 127)

    def code(context, builder, signature, arguments):
        kind, whole = context.get_value_type(k), ir.IntType(bits)
        sum_ = builder.fadd(arguments[0], ir.Constant(kind, float(2**mantissa + bias)))  # low bits: k + bias
        exponent = builder.shl(builder.bitcast(sum_, whole), ir.Constant(whole, mantissa))
        return builder.bitcast(exponent, kind)

    return k(k), code
