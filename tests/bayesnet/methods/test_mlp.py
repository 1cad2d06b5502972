import numpy as np
import pytest
from scipy.special import expit

from bayesnet import Network, training_set
from bayesnet.methods.mlp import MlpConfig, fit_mlp
from data import InputError
from tests.bayesnet.linear import Curve


def test_mlp_minimises_the_negative_log_posterior(catalogue):
    train = training_set(catalogue, "weight")
    network = Network(hidden=3, prior_sd=2.0)
    tree = fit_mlp(network, train, MlpConfig(restarts=4), seed=0)
    posterior = tree["posterior"].to_dataset()
    y, weight = train["y"].values, train["weight"].values

    def loss(scale):
        scaled = posterior.assign({name: posterior[name] * scale for name in ("w0", "w1")})
        logit = network.logit(scaled, train, train).values[0, 0]
        fit = (weight * np.log(np.where(y == 1, expit(logit), expit(-logit)))).sum()
        penalty = sum(float((scaled[name] ** 2).sum()) for name in ("w0", "w1")) / (2 * 2.0**2)
        return penalty - fit

    found = tree["fit_stats"]["loss"]
    assert found.sizes == {"restart": 4}
    assert float(found.min()) == pytest.approx(loss(1.0), rel=1e-9)
    assert loss(1.0) < min(loss(0.97), loss(1.03))
    assert posterior["w0"].dims == ("chain", "draw", "feature", "hidden")
    assert posterior.sizes["chain"] == posterior.sizes["draw"] == 1
    kept = tree["restarts"].to_dataset().isel(restart=int(found.argmin("restart")))
    assert np.array_equal(kept["w0"], posterior["w0"][0])


@pytest.mark.parametrize(("iterations", "converged"), [(3, 0), (5000, 1)])
def test_mlp_that_was_stopped_did_not_converge(iterations, converged, catalogue):
    tree = fit_mlp(Network(hidden=3), training_set(catalogue), MlpConfig(restarts=1, iterations=iterations), seed=0)
    assert tree["fit_stats"]["converged"].values.tolist() == [converged]


def test_mlp_penalty_by_cross_validation_is_one_of_the_candidates(catalogue):
    config = MlpConfig(restarts=1, penalty="cross_validation", alphas=(0.1, 30.0), folds=3)
    tree = fit_mlp(Network(hidden=3), training_set(catalogue), config, seed=0)
    assert float(tree["fit_stats"]["alpha"]) in config.alphas


@pytest.mark.parametrize(
    ("problem", "config", "words"),
    [
        (Network(activation="softplus"), MlpConfig(), "relu, tanh, sigmoid, got 'softplus'"),
        (Network(), MlpConfig(penalty="lasso"), "prior, cross_validation, got 'lasso'"),
        (Network(prior="ard"), MlpConfig(), "follow the prior 'normal' only, got 'ard'"),
        (Curve(), MlpConfig(), "fits the problem network only, got curve"),
    ],
)
def test_what_the_mlp_cannot_do_is_refused(problem, config, words, catalogue):
    with pytest.raises(InputError, match=words):
        fit_mlp(problem, training_set(catalogue), config, 0)
