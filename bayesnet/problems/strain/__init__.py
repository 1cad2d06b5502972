"""Strain rates of the ground from velocities of stations: the problems `strain_rate`, `elastic_spline`, `ode`."""

from bayesnet.problems.strain.elastic import ElasticSpline
from bayesnet.problems.strain.oscillator import Oscillator
from bayesnet.problems.strain.strain_rate import StrainRate

__all__ = ["ElasticSpline", "Oscillator", "StrainRate"]
