"""What Hamiltonian Monte Carlo chains learn together while they warm up: step size, scales, length of trajectories."""

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
    """Mean and variance of the positions of each chain, updated with each (Welford 1962, Technometrics 4).

    Chains that sit in different modes have different means, so only the variances within chains are pooled.
    """

    def __init__(self, chains: int, size: int) -> None:
        self.count, self.mean, self.squares = 0, np.zeros((chains, size)), np.zeros((chains, size))

    def learn(self, positions: np.ndarray) -> None:
        """Take in a position of each chain, `(chain, parameter)`."""
        self.count += 1
        off = positions - self.mean
        self.mean = self.mean + off / self.count
        self.squares = self.squares + off * (positions - self.mean)

    def sd(self) -> np.ndarray:
        """Standard deviation within chains `(parameter,)`, drawn towards a small one as by Stan: few say little."""
        return np.sqrt((self.squares.mean(axis=0) + 0.005) / (self.count + 5))


class TrajectoryLength:
    """Largest length of the trajectories of all chains: it climbs a criterion for long jumps at little cost.

    The criterion is the mean square change of the squared distance from the mean in whitened space (ChEES: Hoffman,
    Radul & Sountsov 2021, AISTATS), divided by the square root of the length. Squares turn twice as fast as positions:
    that of a normal changes most in a quarter of its period, after which positions are independent of where they were.
    Were lengths uniform from zero, as in that paper, many trajectories would be too short for that; `hmc` draws them
    between half of the largest and the largest. The root keeps the length from growing where little is gained by it:
    divided by all of the cost, which is proportional to the length, the criterion leads to lengths that serve squares
    alone.

    Chains are averaged, steps shrink (Robbins & Monro 1951).
    """

    def __init__(self, value: float = 1.5, rate: float = 0.5) -> None:
        self.log_value, self.rate, self.count, self.mean = np.log(value), rate, 0, np.log(value)

    @property
    def value(self) -> float:
        """The length, in units of the whitened space."""
        return float(np.exp(self.log_value))

    def learn(self, changes: np.ndarray, gains: np.ndarray) -> None:
        """Take a step by the square changes of trajectories and their derivatives by the logarithm of the length."""
        self.count += 1
        change = float(np.mean(changes))
        slope = float(np.mean(gains)) / change - 0.5 if change else 0.0  # of the criterion's logarithm
        self.log_value += self.rate * self.count**-0.5 * float(np.clip(slope, -1, 1))
        self.mean += self.count**-0.5 * (self.log_value - self.mean)

    def settle(self) -> None:
        """Keep the average of the later steps from here on."""
        self.log_value = self.mean


class Adaptation:
    """Step size, scales and length that all chains have in common, and what is learnt of them.

    Several chains learn a step size and scales from as many times more trajectories than one would. The centre is the
    mean of all positions so far, the later ones with more weight: the length comes out too large where it is that of
    few, which lie near to where a trajectory starts.
    """

    def __init__(self, chains: int, size: int, target_accept: float) -> None:
        self.step, self.length, self.moments = StepSize(target_accept), TrajectoryLength(), Moments(chains, size)
        self.scale, self.centre, self.count = np.ones(size), np.zeros(size), 0

    def learn(self, acceptances: list[float], positions: np.ndarray) -> None:
        """Learn from a trajectory of each chain: probability to be accepted, and position `(chain, parameter)`."""
        self.step.learn(float(np.mean(acceptances)))
        self.moments.learn(positions)
        self.count += 1
        self.centre = self.centre + 2 / (self.count + 1) * (positions.mean(axis=0) - self.centre)

    def rescale(self) -> None:
        """Take the scales of the positions since the last call, and learn the step size anew."""
        self.scale, self.moments = self.moments.sd(), Moments(*self.moments.mean.shape)
        self.step.restart()

    def settle(self) -> None:
        """Keep what was learnt from here on."""
        self.step.settle()
        self.length.settle()
