from bayesnet.parts.run_agreement import run_agreement
from tests.bayesnet.runs_by_hand import several, three_runs


def test_agreement_is_with_the_reference_of_the_baseline(make_fit):
    runs = three_runs(make_fit)
    same = run_agreement(several(runs))["class_agreement"]
    assert same.sel({"run": "good", "method": "nuts"}) == 1
    assert same.sel({"run": "bad", "method": "nuts"}) == 0
    assert same.sel({"run": "two", "method": "advi"}) == 0
    assert same.sel({"run": "good", "method": "advi"}).isnull()
    other = run_agreement(several(runs, baseline="bad"))["class_agreement"]
    assert other.sel({"run": "bad", "method": "nuts"}) == 1
    assert other.sel({"run": "good", "method": "nuts"}) == 0
