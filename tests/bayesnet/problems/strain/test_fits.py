"""The fits of the study against the posterior in closed form."""

import pytest

import bayesnet
from bayesnet.parts.closed_form import closed_form
from bayesnet.problems.strain import Oscillator, StrainRate
from data.oscillator import load_oscillator
from data.velocities.observations import load_velocities
from studies.strain_rate import CONFIGS


@pytest.mark.slow
@pytest.mark.parametrize("problem", [StrainRate(), Oscillator()])
def test_nuts_and_advi_are_as_near_the_posterior_as_they_can_be(problem):
    data = load_oscillator() if problem.name == "ode" else load_velocities("deep")
    exact = problem.exact(problem.train(data, 0))
    for method, checks in {"nuts": ("mean", "sd"), "advi": ("sd_optimum", "elbo")}.items():
        fit = bayesnet.fit(method, problem, data, config=CONFIGS[method])
        found = closed_form(fit, exact, ["z"])
        assert all(found["within"].sel(check=check) == 1 for check in checks), method
