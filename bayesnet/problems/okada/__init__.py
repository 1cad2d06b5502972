"""Fault slip from the displacement of the ground (Okada 1985): the problems `slip`, `fault` and `modes`."""

from bayesnet.problems.okada.displacement import fault_displacement, surface_displacement
from bayesnet.problems.okada.fault import Fault, optima
from bayesnet.problems.okada.modes import Modes
from bayesnet.problems.okada.rows import observed_rows
from bayesnet.problems.okada.slip import Slip

__all__ = [
    "Fault",
    "Modes",
    "Slip",
    "fault_displacement",
    "observed_rows",
    "optima",
    "surface_displacement",
]
