"""Samplers of one posterior agree within their Monte Carlo errors, those of two do not."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.parts.samplers import sampler_differences


def draws(seed: int, mean: float = 0.0, sd: float = 1.0) -> xr.DataArray:
    values = np.random.default_rng(seed).normal(mean, sd, size=(4, 500, 3))
    return xr.DataArray(values, dims=("chain", "draw", "row"))


def test_samplers_of_one_posterior_agree():
    one, other = draws(0), draws(1)
    found = sampler_differences(one, other)
    assert int(found["agree"]) == 1
    assert float(found["largest"]) < float(found["limit"]) < 3.0
    # what independent draws say: a difference of means over the square root of the sum of their variances
    p, q = (each.values.reshape(-1, 3) for each in (one, other))
    expected = (p.mean(0) - q.mean(0)) / np.sqrt(p.var(0) / len(p) + q.var(0) / len(q))
    assert np.allclose(found["mean_errors"], expected, atol=0.3)


@pytest.mark.parametrize("other", [{"mean": 0.3}, {"sd": 1.3}])
def test_samplers_of_two_posteriors_do_not(other):
    assert int(sampler_differences(draws(0), draws(1, **other))["agree"]) == 0


def test_what_does_not_vary_is_left_out():
    constant = draws(0)
    constant[..., 0] = 0.5
    found = sampler_differences(constant, constant)
    assert np.isnan(found["mean_errors"][0])
    assert float(found["largest"]) == 0
