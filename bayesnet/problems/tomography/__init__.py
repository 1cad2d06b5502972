"""Slowness of the ground from travel times: the problems `tomography`, `tomography_log`, `tomography_network`."""

from bayesnet.problems.tomography.linear import Tomography
from bayesnet.problems.tomography.log_slowness import LogTomography
from bayesnet.problems.tomography.network import NetworkTomography

__all__ = ["LogTomography", "NetworkTomography", "Tomography"]
