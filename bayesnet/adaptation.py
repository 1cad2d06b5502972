"""What Hamiltonian Monte Carlo chains learn together while they warm up: step size, metric, length of trajectories."""

import numpy as np

from bayesnet.metric import learn_metric, round_metric

FIRST_STEPS = 100  # of a trajectory while the first two metrics are learnt


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


class Adaptation:
    """Step size, metric and length of trajectories that all chains have in common, and what is learnt of them.

    Several chains learn a step size and a metric from as many times more trajectories than one would.
    """

    def __init__(self, size: int, target_accept: float, max_steps: int) -> None:
        self.step, self.metric, self.spread = StepSize(target_accept), round_metric(size), 1.0
        self.positions, self.gradients, self.renewed, self.limit = [], [], 0, max_steps

    @property
    def max_steps(self) -> int:
        """Largest number of steps of a trajectory: at first few, since chains come from far away soonest so."""
        return self.limit if self.renewed > 1 else min(self.limit, FIRST_STEPS)

    @property
    def time(self) -> float:
        """Mean length of the trajectories, in the metric: a quarter of the period of a normal that is as wide.

        After a quarter, positions of a normal are independent of where they were; of a posterior that is wider than
        the metric says, trajectories must be longer.
        """
        return np.pi / 2 * self.spread

    def learn(self, acceptances: list[float], positions: np.ndarray, gradients: np.ndarray) -> None:
        """Learn from a trajectory of each chain: probability to be accepted, where it is now `(chain, parameter)`."""
        self.step.learn(float(np.mean(acceptances)))
        self.positions.append(positions)
        self.gradients.append(gradients)

    def renew(self) -> None:
        """Take the metric of the positions since the last call, and learn the step size anew."""
        self.metric, self.spread = learn_metric(np.array(self.positions), np.array(self.gradients), self.metric)
        self.positions, self.gradients, self.renewed = [], [], self.renewed + 1
        self.step.restart()
