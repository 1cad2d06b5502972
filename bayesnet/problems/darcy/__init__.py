"""Permeability of the ground from heads in wells: the problems `darcy` and `darcy_network`."""

from bayesnet.problems.darcy.modes import Darcy
from bayesnet.problems.darcy.network import NetworkDarcy

__all__ = ["Darcy", "NetworkDarcy"]
