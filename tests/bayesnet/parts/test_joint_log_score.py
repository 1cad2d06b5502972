from itertools import combinations

import numpy as np
import pytest
from scipy.special import expit

from bayesnet.parts.joint_log_score import joint_log_score


def test_of_a_point_estimate_is_the_log_score(make_fit):
    p = np.full(50, 0.8)
    label = np.repeat([1, 0], [40, 10])
    result = joint_log_score(make_fit(p[None, None], label))
    expected = 0.8 * np.log(0.8) + 0.2 * np.log(0.2)
    assert np.allclose(result["joint_log_score"], expected, rtol=1e-12)
    assert np.allclose(result["standard_error"], 0, atol=1e-15)


@pytest.mark.heavy
def test_it_is_within_its_standard_error_of_the_mean_over_all_batches(make_fit):
    rng = np.random.default_rng(5)
    p = expit(rng.normal(size=(12, 1)) + rng.normal(0, 2, 14))[None]  # (chain, draw, row): draws share their errors
    label = rng.integers(0, 2, 14)
    observed = np.where(label == 1, p[0], 1 - p[0])
    exact = np.mean([np.log(observed[:, pair].prod(axis=1).mean()) / 2 for pair in combinations(range(14), 2)])
    results = [joint_log_score(make_fit(p, label), seed=seed).sel(batch_size=2) for seed in range(30)]
    away = [float((one["joint_log_score"] - exact) / one["standard_error"]) for one in results]
    assert np.max(np.abs(away)) < 4
    assert 0.6 < np.std(away) < 1.5
    assert max(float(one["standard_error"]) for one in results) < 0.005


def test_it_rewards_errors_that_hang_together(make_fit):
    """Two equally likely draws, one certain of all rows, one of none: the rows' outcomes depend on each other."""
    n = 40
    together = np.stack([np.full(n, 0.9), np.full(n, 0.1)])[None]
    apart = np.full((1, 2, n), 0.5)
    label = np.ones(n, dtype=int)
    joint, marginal = (joint_log_score(make_fit(p, label))["joint_log_score"] for p in (together, apart))
    assert float(joint.sel(batch_size=1)) == pytest.approx(np.log(0.5))
    assert np.allclose(marginal, np.log(0.5))
    for size in (2, 10):
        by_hand = np.log((0.9**size + 0.1**size) / 2) / size
        assert float(joint.sel(batch_size=size)) == pytest.approx(by_hand)
