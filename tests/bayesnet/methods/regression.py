"""A PyMC model that is no network, whose posterior is a Gaussian in closed form."""

import numpy as np
import pymc as pm
from scipy.stats import multivariate_normal


class LinearRegression:
    """y ~ N(x beta, sd 0.5) with beta ~ N(0, 1)."""

    x = np.random.default_rng(0).normal(size=(40, 2)) @ np.array([[1.0, 0.9], [0.0, 0.5]])
    y = x @ [1.0, -0.5] + 0.5 * np.random.default_rng(1).normal(size=40)

    def model(self, _train):
        with pm.Model(coords={"input": ["a", "b"]}) as model:
            beta = pm.Normal("beta", 0, 1, dims="input")
            pm.Normal("y", self.x @ beta, 0.5, observed=self.y)
        return model

    @property
    def posterior(self):
        covariance = np.linalg.inv(self.x.T @ self.x / 0.25 + np.eye(2))
        return covariance @ self.x.T @ self.y / 0.25, covariance

    @property
    def log_evidence(self):
        return multivariate_normal(np.zeros(40), self.x @ self.x.T + 0.25 * np.eye(40)).logpdf(self.y)


TARGET = LinearRegression()
