"""The settings of a simulation: everything besides the eight parameters of a rupture. Importing it loads no kernel."""

from dataclasses import dataclass

from data.rupture.solver.friction import Medium


@dataclass(frozen=True)
class Settings:
    """Everything besides the eight parameters that determines a simulation."""

    resolution: float = 50.0  # grid spacing along the fault and next to it (m)
    length: float = 32.0  # extent along the fault (km)
    width: float = 24.0  # extent across it (km)
    far_spacing: float = 800.0  # row spacing at the far edges (m); rows as dense as at the fault give the same labels
    rho: float = 2.67  # density (g/cm3)
    lam: float = 32.04  # first Lame modulus (GPa): with rho and mu, P waves run at 6.000 km/s
    mu: float = 32.04  # shear modulus (GPa): S waves at 3.464 km/s
    nucleation_x: float = -10.0  # centre of the overstressed patch (km)
    nucleation_half_width: float = 0.9  # of that patch (km)
    overstress: float = 0.003  # shear stress there exceeds the static strength by this fraction of it
    locked_beyond: float = 15.0  # |x| (km) from which on the fault cannot slip
    broken_slip: float = 0.01  # a node counts as broken above this slip (m) ...
    broken_rate: float = 0.001  # ... and this slip rate (m/s)
    crossing: float = 1.0  # label 1 if the tip passes this x (km) ...
    duration: float = 12.0  # ... within this time (s)
    stop_beyond: float = 1.0  # the simulation ends once the tip passes this x (km)
    stall: float = 3.0  # ... or has made no advance for this long (s)
    fewest_nodes: float = 1.0  # grid spacings in the process zone below which a row is refused; 3 are comfortable
    cfl: float = 0.9  # time step over (smallest spacing / P speed)
    precision: str = "float32"  # of the wave field; float64 gives the same labels

    @property
    def growth(self) -> float:
        """Row spacing at the far edges over that at the fault."""
        return max(1.0, self.far_spacing / self.resolution)

    @property
    def medium(self) -> Medium:
        """Elastic constants in double precision."""
        return Medium.of(self.rho, self.lam, self.mu)


#: Rock of the default settings, which is also that of the benchmark TPV205.
ROCK = Settings().medium
