"""The problems: what is asked of a posterior, a file or folder each, listed here."""

import xarray as xr

from bayesnet.contract import Problem
from bayesnet.problems.darcy import Darcy, NetworkDarcy
from bayesnet.problems.linear import Linear
from bayesnet.problems.network import Network
from bayesnet.problems.okada import Fault, Modes, Slip
from bayesnet.problems.strain import ElasticSpline, Oscillator, StrainRate
from bayesnet.problems.tomography import LogTomography, NetworkTomography, Tomography
from data import InputError

KNOWN = (
    *(Network, Linear, Slip, Fault, Modes, StrainRate, ElasticSpline, Oscillator),
    *(Tomography, LogTomography, NetworkTomography),
    *(Darcy, NetworkDarcy),
)
PROBLEMS: dict[str, type[Problem]] = {problem.name: problem for problem in KNOWN}


def problem_of(fit: xr.DataTree) -> Problem:
    """The problem that a stored fit is of, with its settings.

    Raises
    ------
    InputError
        For a fit of a problem that is not known here.
    """
    name = Problem.stored(fit).get("problem")
    if name not in PROBLEMS:
        raise InputError(
            f"problem of a fit must be one of {', '.join(PROBLEMS)}, got {name!r}; fit it with this version"
        )
    return PROBLEMS[name].of(fit)
