"""What a Hamiltonian Monte Carlo chain learns while it warms up: step size, scales, length of trajectories."""

from typing import Self

import numpy as np


class StepSize:
    """Step size that meets a target acceptance, by dual averaging (Hoffman & Gelman 2014, JMLR 15, section 3.2)."""

    def __init__(self, target: float, value: float = 0.05) -> None:
        self.target, self.value = target, value
        self.restart()

    def restart(self) -> None:
        """Search anew from twice the present value."""
        self.centre, self.count, self.error, self.log_mean = np.log(2 * self.value), 0, 0.0, 0.0

    def learn(self, acceptance: float) -> None:
        """Change the step by the acceptance that it led to."""
        self.count += 1
        self.error += (self.target - acceptance - self.error) / (self.count + 10)
        log_value = self.centre - np.sqrt(self.count) / 0.05 * self.error
        self.log_mean += self.count**-0.75 * (log_value - self.log_mean)
        self.value = float(np.exp(log_value))

    def settle(self) -> None:
        """Keep the average from here on."""
        self.value = float(np.exp(self.log_mean))


class Moments:
    """Mean and variance of positions `(parameter,)`, updated with each (Welford 1962, Technometrics 4)."""

    def __init__(self, size: int) -> None:
        self.count, self.mean, self.squares = 0, np.zeros(size), np.zeros(size)

    def learn(self, position: np.ndarray) -> None:
        """Take a position in."""
        self.count += 1
        off = position - self.mean
        self.mean = self.mean + off / self.count
        self.squares = self.squares + off * (position - self.mean)

    def sd(self) -> np.ndarray:
        """Standard deviations, drawn towards a small one as by Stan: few positions say little."""
        return np.sqrt((self.squares + 0.005) / (self.count + 5))

    def emptied(self) -> Self:
        """Without any position but, until the first comes, with the mean."""
        empty = type(self)(self.mean.size)
        empty.mean = self.mean
        return empty


class TrajectoryLength:
    """Largest length of the trajectories of all chains: it climbs a criterion for long jumps at little cost.

    The criterion is the mean square change of the squared distance from the mean in whitened space, divided by the
    length, to which the cost is proportional (ChEES: Hoffman, Radul & Sountsov 2021, AISTATS, where the cost is left
    out). Chains are averaged, steps shrink (Robbins & Monro 1951).
    """

    def __init__(self, value: float = 1.5, rate: float = 0.5) -> None:
        self.log_value, self.rate, self.count, self.mean = np.log(value), rate, 0, np.log(value)

    @property
    def value(self) -> float:
        """The length, in units of the whitened space."""
        return float(np.exp(self.log_value))

    def learn(self, changes: list[float], gains: list[float]) -> None:
        """Take a step by the square changes of trajectories and their derivatives by the logarithm of the length."""
        self.count += 1
        change = float(np.mean(changes))
        slope = float(np.mean(gains)) / change - 1 if change else 0.0  # of the criterion's logarithm
        self.log_value += self.rate * self.count**-0.5 * float(np.clip(slope, -1, 1))
        self.mean += self.count**-0.5 * (self.log_value - self.mean)

    def settle(self) -> None:
        """Keep the average of the later steps from here on."""
        self.log_value = self.mean
