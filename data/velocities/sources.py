"""What moves the ground: a locked strike-slip fault and a source that inflates, with their strain rates."""

from typing import NamedTuple

import numpy as np

NANOSTRAIN = 1000.0  # nstrain/yr in a mm/yr per km


class Sources(NamedTuple):
    """A strike-slip fault that strikes north and an inflating source (Mogi 1958, Bull. Earthq. Res. Inst. 36)."""

    slip_rate: float  # mm/yr, of the fault below its locked part
    locking_depth: float  # km
    fault_east: float  # km
    source_east: float  # km
    source_north: float  # km
    source_depth: float  # km
    growth: float  # mm/yr km^2: velocity times squared distance, proportional to the volume that is added

    def velocity(self, east: np.ndarray, north: np.ndarray) -> np.ndarray:
        """Velocity to the east and to the north, `(component, ...)` in mm/yr (Savage & Burford 1973; Mogi 1958)."""
        x, y, squared = self._about(east, north)
        outward = self.growth / squared**1.5
        fault = self.slip_rate / np.pi * np.arctan((east - self.fault_east) / self.locking_depth)
        return np.stack([outward * x, outward * y + fault])

    def strain_rate(self, east: np.ndarray, north: np.ndarray) -> np.ndarray:
        """East-east, east-north and north-north strain rates, `(3, ...)` in nstrain/yr: derivatives of `velocity`."""
        x, y, squared = self._about(east, north)
        outward, bend = self.growth / squared**1.5, -3 * self.growth / squared**2.5
        ratio = (east - self.fault_east) / self.locking_depth
        fault = self.slip_rate / (np.pi * self.locking_depth * (1 + ratio**2))
        return NANOSTRAIN * np.stack([outward + bend * x**2, bend * x * y + fault / 2, outward + bend * y**2])

    def _about(self, east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """East and north of the source, and squared distance from it."""
        x, y = np.asarray(east) - self.source_east, np.asarray(north) - self.source_north
        return x, y, x**2 + y**2 + self.source_depth**2


def growth(peak: float, depth: float) -> float:
    """What lets the ground above a source of this depth (km) dilate by `peak` nstrain/yr: see `Sources.growth`."""
    return peak / NANOSTRAIN * depth**3 / 2
