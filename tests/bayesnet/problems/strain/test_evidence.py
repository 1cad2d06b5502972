import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from bayesnet.problems.strain import evidence
from bayesnet.problems.strain.evidence import RHOS, SIGMAS, Scaled, abic, highest, log_score, mixed, nodes

RNG = np.random.default_rng(0)
SCALED = Scaled(RNG.normal(size=7), RNG.uniform(0.5, 2, 7), RNG.normal(size=(7, 2)), RNG.normal(size=(7, 4)), 50.0)


@pytest.fixture(scope="module")
def found():
    return SCALED.log_evidence()


def test_the_evidence_at_every_node_is_that_of_the_marginal_gaussian(found):
    for at in ((0, 0), (10, 20), (32, 30), (16, 7)):
        operator = SCALED.operator(RHOS[at[0]])
        covariance = operator @ operator.T + np.diag((SIGMAS[at[1]] * SCALED.sd) ** 2)
        assert found[at] == pytest.approx(multivariate_normal.logpdf(SCALED.y, np.zeros(7), covariance), abs=1e-7)


def test_the_posterior_at_a_node_has_its_evidence(found):
    rho, sigma = highest(found)
    assert SCALED.posterior(rho, sigma).log_evidence == pytest.approx(found.max(), abs=1e-7)
    assert abic(found) == pytest.approx(-2 * found.max() + 4)


def test_nodes_hold_the_posterior_over_the_scales(found):
    weights = np.array([weight for *_, weight in nodes(found)])
    assert weights.sum() == pytest.approx(1)
    assert highest(found) in [(rho, sigma) for rho, sigma, _ in nodes(found)]
    assert weights.min() > evidence.LIGHT * weights.max() / 2


def test_mixtures_have_the_moments_and_density_of_their_parts():
    means, variances, weights = np.array([[0.0], [4.0]]), np.array([[1.0], [2.0]]), np.array([0.25, 0.75])
    mean, variance = mixed(means, variances, weights)
    assert mean == pytest.approx([3.0])
    assert variance == pytest.approx([0.25 * 1 + 0.75 * 2 + 0.25 * 9 + 0.75 * 1])
    density = 0.25 * norm.pdf(1.0) + 0.75 * norm.pdf(1.0, 4.0, np.sqrt(2))
    assert log_score(np.array([1.0]), means, variances, weights) == pytest.approx(np.log(density))
