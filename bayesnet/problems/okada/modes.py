"""The problem `modes`: a fault that almost reaches the ground below a grid of stations, and four optima side by side.

The data are those of a demonstration of the library OkadaTorch: 625 stations 21 to 28 km apart, noise of 5 cm, and a
normal fault of 218 by 46 km whose upper edge lies 100 m deep. The demonstration asks for the slip alone; here all nine
parameters are unknown. Within some hundred metres of the trace of such a fault the displacement passes from that of one
side to that of the other. A trace can therefore cling to a station of the grid: to leave it, it must cross the station,
and the misfit at that station bars the way. Two stations are near enough for that, 160 and 286. So there are four
optima: chi-square (of 1875 data) is 1957.1 where the trace keeps 2 km away from both, 2012.1 where it clings to 286,
2023.6 to 160, and 2068.6 to both. All four are the same earthquake, but for 2 km across the strike and 1 km of width;
their log likelihoods lie 27 to 56 nats apart. A chain stays in the optimum that it finds first, at an R-hat of 1.00.
"""

from dataclasses import dataclass
from typing import ClassVar

from bayesnet.problems.okada.fault import Fault, Range


@dataclass(frozen=True)
class Modes(Fault):
    """A rectangle of uniform slip below a grid of stations, uniform a priori over the faults of great earthquakes.

    The ranges are those of a normal fault that dips to the west, as in the bending plate east of a trench.
    """

    corner_east: Range = (-100.0, 100.0)  # km, of the top corner at the start of the strike
    corner_north: Range = (-100.0, 100.0)  # km, of the same corner
    top: Range = (0.0, 20.0)  # km, depth of the upper edge
    length: Range = (50.0, 400.0)  # km, along the strike
    width: Range = (10.0, 100.0)  # km, down the dip
    strike: Range = (90.0, 270.0)  # degrees clockwise from north; the fault dips to the right of it
    dip: Range = (20.0, 90.0)  # degrees down from the horizontal
    rake: Range = (180.0, 360.0)  # degrees: 180 right-lateral, 270 normal, 360 left-lateral slip
    slip: Range = (0.5, 20.0)  # m

    name: ClassVar[str] = "okada_modes"
