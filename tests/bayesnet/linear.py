"""A curve through noisy points: a problem of three parameters whose posterior is known, and correlated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pymc as pm
import xarray as xr

import bayesnet
from bayesnet.contract import Gaussian
from bayesnet.parameters import flattened
from bayesnet.problems.gaussian import GaussianProblem, linear_gaussian_posterior

TRUTH = {"level": 1.0, "terms": [-2.0, 1.5]}
FREE = ["level", "terms"]
NAMES = ["level", "terms[0]", "terms[1]"]


@dataclass(frozen=True)
class Curve(GaussianProblem):
    """y = level + terms[0] x + terms[1] x^2 + e, every coefficient a priori N(0, prior_sd^2)."""

    prior_sd: float = 2.0

    name: ClassVar[str] = "curve"
    outcome: ClassVar[str] = "height"
    unit: ClassVar[str] = "mm"
    methods: ClassVar[tuple[str, ...]] = ("map", "advi", "nuts", "exact")
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Fits": ("cost", "diagnostics", "closed_form"),
        "Predictions": ("scores", "differences", "coverage"),
        "Agreement": ("quantities", "agreement"),
    }

    def train(self, data, seed):
        return self._rows(data, "train").rename(height="y")

    def test(self, data):
        return self._rows(data, "test")

    def _rows(self, data, part):
        return data.isel(point=data["split"].values == part).drop_vars("split")

    def model(self, train):
        with pm.Model(coords={"term": ["x", "x2"]}) as model:
            level = pm.Normal("level", 0, self.prior_sd)
            terms = pm.Normal("terms", 0, self.prior_sd, dims="term")
            pm.Deterministic("end", level + terms.sum())
            x = train["x"].values
            pm.Normal("y", level + terms[0] * x + terms[1] * x**2, train["sd"].values, observed=train["y"].values)
        return model

    def predict(self, posterior, train, rows):
        x, terms = rows["x"], posterior["terms"]
        linear, square = (terms.sel(term=name, drop=True) for name in ("x", "x2"))
        found = posterior["level"] + linear * x + square * x**2
        return found.transpose("chain", "draw", "point").rename("predicted")

    def monitored(self, fit):
        return flattened(fit["posterior"].to_dataset(), FREE)

    def quantities(self, posterior, train):
        end = posterior["level"] + posterior["terms"].sum("term")
        return xr.Dataset(
            {"end_height": end.assign_attrs(units="mm"), "terms": posterior["terms"].assign_attrs(units="mm")}
        )

    def exact(self, train) -> Gaussian:
        x = train["x"].values
        operator = np.stack([np.ones_like(x), x, x**2], axis=1)
        prior = self.prior_sd**2 * np.eye(3)
        return linear_gaussian_posterior(operator, train["y"].values, train["sd"].values, np.zeros(3), prior)

    def truth(self, data):
        return xr.Dataset({"terms": ("term", TRUTH["terms"]), "level": TRUTH["level"]}, {"term": ["x", "x2"]})


def points(train: int = 15, test: int = 40) -> xr.Dataset:
    """Training and test points of the curve, with noise of two sizes."""
    rng, n = np.random.default_rng(5), train + test
    x, sd = rng.uniform(0, 1, n), np.where(np.arange(n) % 2, 0.3, 0.5)
    height = TRUTH["level"] + TRUTH["terms"][0] * x + TRUTH["terms"][1] * x**2 + sd * rng.normal(size=n)
    columns = {"x": x, "height": height, "sd": sd, "split": np.repeat(["train", "test"], [train, test])}
    attrs = {"name": "points", "source": "tests", "licence": "-", "repairs": "[]", "checksum": "points"}
    return xr.Dataset({name: ("point", values) for name, values in columns.items()}, {"point": np.arange(n)}, attrs)


def fitted(method: str, data: xr.Dataset, **settings: object) -> xr.DataTree:
    """A fit of the curve with these settings of its method."""
    config = type(bayesnet.METHODS[method].config)(**settings)
    return bayesnet.fit(method, Curve(), data, config=config, seed=3)
