"""Priors against densities written out by hand, their own draws, and an input that means nothing."""

import numpy as np
import pymc as pm
import pytest
from scipy.integrate import quad
from scipy.special import log_expit
from scipy.stats import halfnorm, norm

from bayesnet import Network, diagnose, elpd, fit, training_set, weight_densities, weight_statistics
from bayesnet.methods.advi import AdviConfig
from bayesnet.problems.network.priors import PRIORS
from tests.bayesnet.hand_made import random_weights

SD, HIDDEN, FEATURES = 1.7, 4, 3
SIZES = {"feature": FEATURES, "hidden": HIDDEN}
NAMES = ("w0", "b0", "w1", "b1")
FAN_IN = {"w0": SD / np.sqrt(FEATURES), "b0": SD, "w1": SD / np.sqrt(HIDDEN), "b1": SD}
LEARNED = {"half_normal": {"w0": (), "b0": (), "w1": ()}, "ard": {"w0": (FEATURES, 1)}}  # shapes beside the weights


@pytest.fixture(scope="module")
def train(catalogue):
    return training_set(catalogue)


def log_joint(train, weights, sds, fixed) -> float:
    """Log density of sds, weights given their sds, and labels given the weights; all in their own values."""
    logit = np.maximum(train["x"].values @ weights["w0"] + weights["b0"], 0) @ weights["w1"] + weights["b1"]
    return (
        sum(halfnorm.logpdf(sd, scale=SD).sum() for sd in sds.values())
        + sum(norm.logpdf(part, scale=sds.get(name, fixed[name])).sum() for name, part in weights.items())
        + log_expit(np.where(train["y"] == 1, logit, -logit)).sum()
    )


def as_sampled(weights, sds) -> tuple[dict, float]:
    """What samplers see, log sd and weight / sd, and the log determinant of the way back."""
    seen = {f"{name}_scale__" if name in sds else name: part / sds.get(name, 1) for name, part in weights.items()}
    logs = {f"sd_{name}_log__": np.log(sd).reshape(sd.shape[:1]) for name, sd in sds.items()}
    volume = sum((np.log(sd) * (1 + weights[name].size / sd.size)).sum() for name, sd in sds.items())
    return seen | logs, float(volume)


@pytest.mark.parametrize("prior", PRIORS)
def test_density_of_the_model_is_the_one_by_hand(prior, train):
    rng = np.random.default_rng(0)
    weights = {name: part[0, 0] for name, part in random_weights(rng, 1, 1, HIDDEN).items()}
    sds = {name: rng.uniform(0.5, 2, shape) for name, shape in LEARNED.get(prior, {}).items()}
    expected = log_joint(train, weights, sds, FAN_IN if prior == "fan_in" else dict.fromkeys(NAMES, SD))
    point, volume = as_sampled(weights, sds)
    model = Network(hidden=HIDDEN, prior_sd=SD, prior=prior).model(train)
    for jacobian, added in ((False, 0), (True, volume)):
        log_p = model.compile_logp(jacobian=jacobian, mode="FAST_COMPILE")
        assert float(log_p(point)) == pytest.approx(expected + added, rel=1e-10)


@pytest.mark.heavy
@pytest.mark.parametrize("prior", PRIORS)
def test_draws_are_those_of_the_model_and_have_the_stated_sd_and_density(prior, train):
    number = 4000
    own = PRIORS[prior].draws(SD, SIZES, number, np.random.default_rng(1))
    model = Network(hidden=HIDDEN, prior_sd=SD, prior=prior).model(train)
    drawn = pm.draw([model[name] for name in NAMES], draws=number, random_seed=2, mode="FAST_COMPILE")
    for name, of_model in zip(NAMES, drawn, strict=True):
        sd = PRIORS[prior].sds(SD, SIZES)[name]
        assert sd == pytest.approx(FAN_IN[name] if prior == "fan_in" else SD)
        within = 2 * quad(lambda x, name=name: PRIORS[prior].density(name, x, SD, SIZES), 0, sd)[0]
        for values in (getattr(own, name), of_model):
            assert values.shape == (number, *(SIZES[dim] for dim in model.named_vars_to_dims[name]))
            one = values.reshape(number, -1)[:, 0]
            assert np.sqrt((one**2).mean()) == pytest.approx(sd, rel=0.1)
            assert (np.abs(one) < sd).mean() == pytest.approx(within, abs=0.03)
    # that weights share a sd shows in their sizes going together: of two inputs, and of two units
    shared = {"half_normal": (True, True), "ard": (False, True)}.get(prior, (False, False))
    for size in (np.abs(own.w0), np.abs(drawn[0])):
        pairs = (size[:, 0, 0], size[:, 1, 0]), (size[:, 0, 0], size[:, 0, 1])
        assert tuple(np.corrcoef(*pair)[0, 1] > 0.2 for pair in pairs) == shared


@pytest.fixture(scope="module")
def relevance(catalogue):
    """The logistic catalogue, of which the third input means nothing, under relevance determination."""
    network = Network(hidden=HIDDEN, prior_sd=SD, prior="ard")
    return fit("advi", network, catalogue, config=AdviConfig(iterations=4000, restarts=1, draws=200))


@pytest.mark.heavy
def test_an_input_that_means_nothing_is_shrunk(relevance):
    sd = relevance["posterior"]["sd_w0"].mean(("chain", "draw"))
    assert sd.dims == ("feature",)
    assert float(sd.sel(feature="c")) < 0.5 * float(sd.sel(feature=["a", "b"]).min())
    size = np.abs(relevance["posterior"]["w0"]).mean(("chain", "draw", "hidden"))
    assert float(size.sel(feature="c")) < 0.5 * float(size.sel(feature=["a", "b"]).min())


@pytest.mark.heavy
def test_variational_fits_hold_the_density_of_the_unconstrained_variables(relevance, train):
    posterior = relevance["posterior"].to_dataset().isel(chain=0)
    assert set(posterior.data_vars) == {*NAMES, "sd_w0"}
    for i in (0, 7):
        draw = posterior.isel(draw=i)
        weights = {name: draw[name].values for name in NAMES}
        sds = {"w0": draw["sd_w0"].values[:, None]}
        _, volume = as_sampled(weights, sds)
        expected = log_joint(train, weights, sds, dict.fromkeys(NAMES, SD)) + volume
        assert float(relevance["sample_stats"]["lp"][0, i]) == pytest.approx(expected, rel=1e-8)


@pytest.mark.heavy
def test_fits_of_learned_sds_can_be_compared(relevance):
    fits = {"advi": relevance}
    plain = weight_statistics(fits, reference="advi").sel({"method": "advi", "alignment": "none"})
    assert np.allclose(plain["aligned_prior_sd"], SD)
    assert np.allclose(plain["contraction"], 1 - (plain["sd"] / SD) ** 2)
    # more of the prior lies near zero than of N(0, prior_sd^2), where the sd is learned
    density = weight_densities(fits, reference="advi")["prior"].sel({"method": "advi", "alignment": "none"})
    step = float(density["value"][1] - density["value"][0])
    near = density.where(abs(density["value"]) < SD, 0).sum("value") * step
    normal = norm.cdf(1) - norm.cdf(-1)
    w0 = (density["parameter"] == "w0").values
    assert (near[w0] > normal + 0.05).all()
    assert np.allclose(near[~w0], normal, atol=0.02)
    found = diagnose(relevance)
    assert np.isfinite(found["khat"])
    assert np.isnan(found["restart_difference"])  # there is one restart
    assert np.isfinite(elpd(fits)["elpd"]).all()
