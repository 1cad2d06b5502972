"""Each fit by its method, and missed modes; what the numbers are is tested with `bayesnet.diagnostics`."""

import numpy as np
import pytest
import xarray as xr
from scipy.special import logsumexp
from scipy.stats import norm

from bayesnet.context import Context
from bayesnet.diagnostics import approximated, missed_modes, optimised, sampled
from bayesnet.parts.diagnostics import PART, diagnose
from tests.bayesnet.linear import Curve

# of optimisers, of MCLMC, and of SMC
OF_OTHERS = {
    "missed_height",
    "missed_mode",
    "energy_variance",
    "log_evidence",
    "log_evidence_se",
    "log_evidence_spread",
}
DIMENSIONS, PLACES, WEIGHTS = 5, (0.0, 20.0), (1.0, 1e-8)  # of two modes of unit width, 18.4 nats of different height


def test_each_fit_is_judged_by_its_method(fits):
    for name, of_method in (("mlp", optimised), ("advi", approximated), ("nuts", sampled)):
        xr.testing.assert_identical(diagnose(fits[name]), of_method(fits[name]))


def test_what_a_method_cannot_tell_is_absent(comparison):
    found = comparison["diagnostics"].to_dataset()
    assert set(PART.across) - set(found.data_vars) == OF_OTHERS  # no such fit stands here
    assert found["rhat_max"].notnull().values.tolist() == [False, False, True]
    assert found["khat"].notnull().values.tolist() == [False, True, False]
    assert found["restart_difference"].notnull().values.tolist() == [True, True, False]
    assert set(np.unique(found["converged"])) <= {0, 1}
    assert all(values.dtype.kind in "fiu" for values in found.data_vars.values())  # numbers only


def log_density(x: np.ndarray) -> np.ndarray:
    modes = [np.log(w) + norm.logpdf(x, place, 1).sum(axis=-1) for w, place in zip(WEIGHTS, PLACES, strict=True)]
    return logsumexp(modes, axis=0)


def sampler(*modes: int, draws: int = 400) -> xr.DataTree:
    """Chains that each stay in one of the two modes."""
    rng = np.random.default_rng(1)
    x = np.stack([PLACES[mode] + rng.normal(size=(draws, DIMENSIONS)) for mode in modes])
    coords = {"chain": np.arange(len(modes)), "draw": np.arange(draws)}
    return xr.DataTree.from_dict({"sample_stats": xr.Dataset({"lp": (("chain", "draw"), log_density(x))}, coords)})


HEIGHT = float(log_density(np.zeros(DIMENSIONS)))


@pytest.mark.parametrize(
    ("modes", "missed", "chains"),
    [((0, 0, 0), 0, [0, 0, 0]), ((1, 1, 1), 1, [1, 1, 1]), ((0, 1, 0), 0, [0, 1, 0])],
)
def test_a_mode_that_no_chain_visited(modes, missed, chains):
    found = missed_modes(sampler(*modes), HEIGHT, DIMENSIONS)
    assert int(found["missed_mode"]) == missed
    assert found["chain_missed"].values.tolist() == chains
    assert float(found["missed_height"]) == pytest.approx(18.4 * missed, abs=1)


@pytest.mark.parametrize("dimensions", [1, 10, 100])
def test_a_mode_stands_above_draws_of_a_gaussian_as_expected(dimensions):
    rng = np.random.default_rng(2)
    lp = -0.5 * (rng.normal(size=(4, 1000, dimensions)) ** 2).sum(axis=-1)
    coords = {"chain": np.arange(4), "draw": np.arange(1000)}
    fit = xr.DataTree.from_dict({"sample_stats": xr.Dataset({"lp": (("chain", "draw"), lp)}, coords)})
    assert abs(float(missed_modes(fit, 0.0, dimensions)["missed_height"])) < 3


def compared(fits: dict[str, xr.DataTree], data: xr.Dataset) -> xr.Dataset:
    return PART.compute(Context(Curve(), fits, data, "nuts", 0))


def lowered(fit: xr.DataTree, nats: list[float]) -> xr.DataTree:
    """The same fit with chains of lower log density."""
    other, stats = fit.copy(), fit["sample_stats"].to_dataset()
    other["sample_stats"] = xr.DataTree(stats.assign(lp=stats["lp"] - xr.DataArray(nats, dims="chain")))
    return other


def test_an_optimiser_beside_samplers_finds_that_they_visited_its_mode(curve_fits, curve_data):
    found = compared(curve_fits, curve_data)
    assert set(found.data_vars) >= {"missed_height", "missed_mode"}
    for method in ("nuts", "exact"):
        one = found.sel({"method": method})
        assert abs(float(one["missed_height"])) < 1
        assert int(one["missed_mode"]) == 0
        assert int(one["converged"]) == 1
    assert np.isnan(found["missed_mode"].sel({"method": ["map", "advi"]})).all()


def test_a_sampler_that_missed_the_mode_has_not_converged(curve_fits, curve_data):
    found = compared(curve_fits | {"nuts": lowered(curve_fits["nuts"], [30] * 4)}, curve_data).sel({"method": "nuts"})
    assert float(found["missed_height"]) == pytest.approx(30, abs=1)
    assert int(found["missed_mode"]) == 1
    assert int(found["converged"]) == 0


def test_one_chain_in_a_lower_mode_is_named(curve_fits, curve_data):
    fits = curve_fits | {"nuts": lowered(curve_fits["nuts"], [0, 30, 0, 0])}
    found = compared(fits, curve_data).sel({"method": "nuts"})
    assert found["chain_missed"].values.tolist() == [0, 1, 0, 0]
    assert int(found["missed_mode"]) == 0
    assert int(found["converged"]) == 0  # chains at different heights


def test_without_an_optimiser_nothing_is_said(curve_fits, curve_data):
    assert "missed_mode" not in compared({"nuts": curve_fits["nuts"]}, curve_data)
