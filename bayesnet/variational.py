"""Gaussians fitted to the compiled log density of any PyMC model: one start of variational inference.

The steps are compiled and leave Python's lock, so that starts in threads run at once; PyMC's own ADVI spends five
sixths of its time between the gradients of a small model. Each start draws its random numbers from a generator of its
own, so that the number of threads changes nothing.
"""

import numba
import numpy as np
from scipy.stats import norm

from bayesnet.hamiltonian import LogDensity, called
from data import InputError

DECAYS = 0.9, 0.999  # of Adam's means of the gradient and of its square (Kingma & Ba 2015, ICLR)
TINY = 1e-8  # Adam's


@numba.njit(nogil=True, error_model="numpy", inline="always")
def adam(value, gradient, first, second, place, rate):
    """One step of Adam down one component of a gradient, in place."""
    first[place] = DECAYS[0] * first[place] + (1 - DECAYS[0]) * gradient
    second[place] = DECAYS[1] * second[place] + (1 - DECAYS[1]) * gradient**2
    value[place] -= rate * first[place] / (np.sqrt(second[place]) + TINY)


@numba.njit(nogil=True, error_model="numpy")
def descend(address, data, mean, factor, moments, rates, noise, losses):
    """Follow one-draw gradients of log q - log p for a block of iterations, in place.

    The Gaussian is q = N(mean, L L'), whose factor L is lower triangular, or diagonal where `factor` has one row; its
    diagonal is held as what softplus makes of it. False where a draw ended at a place without density.
    """
    size, full = mean.size, factor.shape[0] > 1
    first, second = moments
    mean_row = factor.shape[0]  # the row of the moments that belongs to the mean
    position, gradient, sd, value = np.empty(size), np.empty(size), np.empty(size), np.empty(1)
    for i in range(rates.size):
        entropy = 0.0
        for j in range(size):
            raw = factor[j if full else 0, j]
            sd[j] = max(raw, 0.0) + np.log1p(np.exp(-abs(raw)))
            entropy += np.log(sd[j])
            position[j] = mean[j] + sd[j] * noise[i, j]
            if full:
                for k in range(j):
                    position[j] += factor[j, k] * noise[i, k]
        if called(address, size, position.ctypes.data, gradient.ctypes.data, value.ctypes.data, data):
            return False
        losses[i] = -0.5 * np.sum(noise[i] ** 2 + np.log(2 * np.pi)) - entropy - value[0]
        for j in range(size):
            row = j if full else 0
            slope = (-gradient[j] * noise[i, j] - 1 / sd[j]) / (1 + np.exp(-factor[row, j]))
            adam(factor, slope, first, second, (row, j), rates[i])
            adam(mean, -gradient[j], first[mean_row], second[mean_row], j, rates[i])
            if full:
                for k in range(j):
                    adam(factor, -gradient[j] * noise[i, k], first, second, (j, k), rates[i])
    return True


class Ascent:
    """One optimisation of the ELBO: the Gaussian that it has reached, and the losses on its way there.

    Parameters
    ----------
    density : LogDensity
    mean, sd : ndarray of shape (n_parameters,)
        Of the first Gaussian, over the unconstrained variables.
    full : bool
        Whether its covariance is full, or else diagonal.
    rng : numpy.random.Generator
    """

    def __init__(
        self, density: LogDensity, mean: np.ndarray, sd: np.ndarray, full: bool, rng: np.random.Generator
    ) -> None:
        self.density, self.full, self.rng = density, full, rng
        raw = np.log(np.expm1(sd))
        self._mean, self._factor = mean.astype(float), np.diag(raw) if full else raw[None]
        shape = len(self._factor) + 1, density.size  # the last row is that of the mean
        self._moments = np.zeros(shape), np.zeros(shape)
        self.losses = np.empty(0)  # log q - log p of the draw of each iteration, in nats

    def go_on(self, rates: np.ndarray) -> None:
        """Make one step of Adam for each rate.

        Raises
        ------
        InputError
            Where a draw has no finite log density or gradient.
        """
        steps = self.losses.size + 1 + np.arange(rates.size)
        rates = rates * np.sqrt(1 - DECAYS[1] ** steps) / (1 - DECAYS[0] ** steps)
        noise, losses = self.rng.standard_normal((rates.size, self.density.size)), np.empty(rates.size)
        place = *self.density.place, self._mean, self._factor, self._moments
        if not descend(*place, rates, noise, losses):
            raise InputError(
                f"between iterations {steps[0]} and {steps[-1]} a draw of the Gaussian has no finite log density; use "
                "a lower first_rate, or bound the variables of the model by their priors"
            )
        self.losses = np.append(self.losses, losses)

    @property
    def mean(self) -> np.ndarray:
        """Mean `(parameter,)`."""
        return self._mean

    @property
    def cholesky(self) -> np.ndarray:
        """Lower triangular factor of the covariance, `(parameter, parameter)`."""
        below, raw = (np.tril(self._factor, -1), np.diag(self._factor)) if self.full else (0.0, self._factor[0])
        return below + np.diag(np.logaddexp(0, raw))

    def draw(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Draws `(draw, parameter)` of the Gaussian, and the log density of each in nats."""
        factor, z = self.cholesky, self.rng.standard_normal((number, self.density.size))
        return self.mean + z @ factor.T, norm.logpdf(z).sum(1) - np.log(np.diag(factor)).sum()
