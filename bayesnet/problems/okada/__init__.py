"""Fault slip from the displacement of the ground (Okada 1985): `slip`, `fault` and `modes`."""

from bayesnet.problems.okada.displacement import fault_displacement, surface_displacement

__all__ = ["fault_displacement", "surface_displacement"]
