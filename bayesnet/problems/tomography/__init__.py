"""Slowness down a borehole from first arrivals: `tomography`, linear, and `tomography_network`, which is not."""

from bayesnet.problems.tomography.linear import Tomography
from bayesnet.problems.tomography.nonlinear import NonlinearTomography

__all__ = ["NonlinearTomography", "Tomography"]
