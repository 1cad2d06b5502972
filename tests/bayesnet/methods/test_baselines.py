"""Baselines: posteriors that are known in closed form or by quadrature, and refusals."""

import numpy as np
import pytest
import xarray as xr
from scipy.special import expit
from scipy.stats import beta, kstest

import bayesnet
from bayesnet import METHODS, Network, problem_of
from bayesnet.methods.baselines import LinearConfig, fit_linear
from bayesnet.methods.nuts import NutsConfig
from bayesnet.problems.linear import Linear
from bayesnet.problems.okada import Slip
from data import InputError
from data.rupture.combinations import PHYSICAL

NAMES = ("majority", "logistic", "physics")
MANY = LinearConfig(draws=2000, thin=4)


def train_of(x: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> xr.Dataset:
    """Training rows of these inputs `(row, feature)`, outcomes and weights."""
    names = [f"x{i}" for i in range(x.shape[1])]
    weight = np.ones(len(y)) if weight is None else weight
    variables = {"x": (("simulation", "feature"), x), "y": ("simulation", y.astype(float))}
    return xr.Dataset(
        variables | {"weight": ("simulation", weight)}, {"simulation": np.arange(len(y)), "feature": names}
    )


@pytest.fixture(scope="module")
def one_input() -> xr.Dataset:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 1))
    return train_of(x, rng.random(60) < expit(1.5 * x[:, 0] - 0.5))


def test_without_inputs_the_share_of_a_class_has_its_beta_posterior():
    y = np.arange(40) < 12
    tree = fit_linear(Linear(inputs="none"), train_of(np.empty((40, 0)), y), MANY, seed=3)
    p = expit(tree["posterior"]["intercept"].values[:, ::4].ravel())
    # a flat prior of the logit is Haldane's of the share, so its posterior is Beta(k, n - k)
    assert kstest(p, beta(12, 28).cdf).pvalue > 0.01
    assert tree["posterior"]["slope"].sizes["feature"] == 0
    again = fit_linear(Linear(inputs="none"), train_of(np.empty((40, 0)), y), MANY, seed=3)
    assert again["posterior"].to_dataset().equals(tree["posterior"].to_dataset())


def test_the_posterior_is_that_of_quadrature(one_input):
    tree = fit_linear(Linear(), one_input, MANY, seed=3)
    grid = np.meshgrid(np.linspace(-4, 3, 400), np.linspace(-1, 6, 400), indexing="ij")
    x, y = one_input["x"].values[:, 0], one_input["y"].values
    logit = grid[0][..., None] + grid[1][..., None] * x
    density = (y * logit - np.logaddexp(0, logit)).sum(-1)
    weight = np.exp(density - density.max())
    weight /= weight.sum()
    for values, name in zip(grid, ("intercept", "slope"), strict=True):
        mean = (weight * values).sum()
        sd = np.sqrt((weight * (values - mean) ** 2).sum())
        drawn = tree["posterior"][name].values
        assert drawn.mean() == pytest.approx(mean, abs=0.05 * sd)
        assert drawn.std() == pytest.approx(sd, rel=0.04)


def test_densities_are_those_of_the_model(one_input):
    heavy = one_input.assign(weight=("simulation", np.arange(60) % 3 + 1.0))
    tree = fit_linear(Linear(prior_sd=2.0), heavy, LinearConfig(chains=1, warmup=5, draws=4, thin=1), seed=0)
    log_p = Linear(prior_sd=2.0).model(heavy).compile_logp(mode="FAST_COMPILE")
    for draw in range(4):
        point = {name: tree["posterior"][name].values[0, draw] for name in ("intercept", "slope")}
        assert float(tree["sample_stats"]["lp"][0, draw]) == pytest.approx(float(log_p(point)), rel=1e-6)
    repeated = heavy.isel(simulation=np.repeat(np.arange(60), heavy["weight"].values.astype(int)))
    alike = fit_linear(Linear(prior_sd=2.0), repeated.assign(weight=xr.ones_like(repeated["y"])), MANY, seed=0)
    wide = fit_linear(Linear(prior_sd=2.0), heavy, MANY, seed=1)
    slopes = [one["posterior"]["slope"].values for one in (alike, wide)]
    assert slopes[0].mean() == pytest.approx(slopes[1].mean(), abs=0.05 * slopes[1].std())


def test_classes_that_can_be_separated_have_a_posterior_still():
    x = np.linspace(-1, 1, 20)[:, None]
    tree = fit_linear(Linear(), train_of(x, x[:, 0] > 0.01), LinearConfig(), seed=0)
    assert np.isfinite(tree["sample_stats"]["lp"]).all()
    assert (tree["posterior"]["slope"] > 0).all()


@pytest.mark.parametrize("method", NAMES)
def test_a_fit_stores_the_simpler_problem_and_converges(method, ruptures):
    fit = bayesnet.fit(method, Network(balance="weight"), ruptures, seed=4)
    inputs = {"majority": [], "logistic": ruptures["feature"].values.tolist(), "physics": list(PHYSICAL)}
    assert problem_of(fit).inputs == {"majority": "none", "logistic": "raw", "physics": "physical"}[method]
    assert problem_of(fit).balance == "weight"
    assert fit["posterior"]["slope"].sizes["feature"] == len(inputs[method])
    assert fit["constant_data"]["feature"].values.tolist() == inputs[method]
    assert int(bayesnet.diagnose(fit)["converged"]) == 1
    p = bayesnet.predict(fit, ruptures)
    assert p.sizes["simulation"] == ruptures.sizes["simulation"]
    if method == "majority":
        assert np.allclose(p.mean(), 0.5, atol=0.01)  # with the classes weighted evenly


def test_physics_is_refused_where_its_inputs_are_missing(catalogue):
    with pytest.raises(InputError, match=r"expected the features sxy, mu_d, .* got a, b, c"):
        bayesnet.fit("physics", Network(), catalogue)


def test_other_problems_are_refused(one_input):
    with pytest.raises(InputError, match="fits classes only, got the problem okada_slip"):
        METHODS["logistic"].problem(Slip())
    with pytest.raises(InputError, match="fits the problem linear only, got network"):
        fit_linear(Network(), one_input, LinearConfig(), 0)


@pytest.mark.slow
def test_nuts_finds_the_same_posterior(ruptures):
    settings = NutsConfig(warmup=500, draws=1000, thin=2)
    fit = bayesnet.fit("physics", Network(), ruptures, config=MANY, seed=0)
    nuts = bayesnet.fit("nuts", Linear(inputs="physical"), ruptures, config=settings, seed=0)
    for name in ("intercept", "slope"):
        ours, theirs = (one["posterior"][name] for one in (fit, nuts))
        sd = theirs.std(("chain", "draw"))
        assert (abs(ours.mean(("chain", "draw")) - theirs.mean(("chain", "draw"))) < 0.1 * sd).all()
        assert np.allclose(ours.std(("chain", "draw")) / sd, 1, atol=0.08)
