import numpy as np
import pytest

from bayesnet.grading import holm
from bayesnet.parts.changes import changes
from tests.bayesnet.runs_by_hand import several, three_runs


@pytest.fixture
def runs(make_fit):
    return three_runs(make_fit)


def test_every_method_is_compared_with_itself_in_the_other_runs(runs):
    found = changes(several(runs))
    change = found["difference"].sel({"other": "good", "metric": "accuracy"})
    assert change.sel({"method": "nuts"}).sel(run=["good", "bad", "two"]).values.tolist() == [0, -1, 0]
    upper = found["interval"].sel({"method": "nuts", "run": "bad", "other": "good", "bound": "upper"})
    assert float(upper.sel(metric="accuracy")) < -0.9
    assert int(found["only_run_right"].sel({"method": "nuts", "run": "good", "other": "bad"})) == 40
    assert "advi" not in change["method"].values  # one run alone has it


def test_runs_without_a_method_in_common_have_no_changes(runs):
    found = changes(several({"nuts": {"nuts": runs["two"]["nuts"]}, "advi": {"advi": runs["two"]["advi"]}}))
    assert not found.data_vars


def test_a_run_without_the_method_is_absent(runs):
    runs["bad"] = {"mlp": runs["bad"]["nuts"]}
    change = changes(several(runs))["difference"].sel({"method": "nuts", "metric": "accuracy"})
    assert change["run"].values.tolist() == change["other"].values.tolist() == ["good", "bad", "two"]
    assert change.sel(run="bad").isnull().all()
    assert change.sel({"run": "two", "other": "good"}) == 0


def test_p_values_are_adjusted_for_all_that_is_compared_with_one_run(runs):
    found = changes(several(runs)).sel({"other": "good", "metric": "log_score"})
    adjusted = found["holm_p"].sel({"method": "nuts"})
    assert np.allclose(adjusted, holm(found["p"].sel({"method": "nuts"}).where(found["run"] != "good")), equal_nan=True)
    assert np.isnan(adjusted.sel(run="good"))
    assert (adjusted >= found["p"].sel({"method": "nuts"}))[1:].all()
