import json

import pytest
import xarray as xr

import bayesnet
from bayesnet import PROBLEMS, Network, Part, Problem, Result, problem_of
from bayesnet.context import part_named
from data import InputError


def stored(settings: dict) -> xr.DataTree:
    """A fit that stores these settings, and nothing else."""
    tree = xr.DataTree()
    tree.attrs["problem"] = json.dumps(settings)
    return tree


@pytest.mark.parametrize("problem", [Network(), Network(hidden=3, activation="tanh", upsample_seed=7)])
def test_a_problem_comes_back_from_what_a_fit_stores(problem):
    fit = stored(problem.settings())
    assert Problem.stored(fit) == problem.settings()
    assert type(problem).of(fit) == problem_of(fit) == problem


def test_a_fit_of_no_known_problem_is_refused():
    for fit in (stored({"problem": "tides"}), xr.DataTree()):
        with pytest.raises(InputError, match=f"must be one of {', '.join(PROBLEMS)}, got"):
            problem_of(fit)


@pytest.mark.parametrize("problem", PROBLEMS.values())
def test_every_problem_describes_itself(problem):
    assert problem().about
    assert PROBLEMS[problem.name] is problem
    assert "log_score" in problem.metrics
    assert {metric.better for metric in problem.metrics.values()} <= {1, -1}
    assert set(problem.methods) <= set(bayesnet.METHODS)
    names = [name for section in problem.parts.values() for name in section]
    assert len(names) == len(set(names))
    for name in names:
        assert isinstance(part_named(name), Part)


def test_a_part_that_a_result_does_not_hold_is_none():
    result = Result({}, xr.DataTree.from_dict({"scores": xr.Dataset({"value": 1.0})}))
    assert float(result.part("scores")["value"]) == 1
    assert result.part("elpd") is None
