import numpy as np
import pytest

from bayesnet.parts.uncertainty import predictive_uncertainty
from bayesnet.parts.uncertainty_groups import uncertainty_by_group


def test_means_by_group(make_fit):
    p = np.array([[[0.55, 0.02, 0.98, 0.95], [0.45, 0.08, 0.96, 0.97]]])
    u = predictive_uncertainty(make_fit(p, np.array([1, 0, 1, 1])))
    g = uncertainty_by_group(u)
    sd = u["uncertainty"].sel(measure="sd").values
    assert np.allclose(g["by_class"].sel(measure="sd"), [sd[1], sd[[0, 2, 3]].mean()])
    assert float(g["propagation_ratio"].sel(measure="sd")) == pytest.approx(sd[[0, 2, 3]].mean() / sd[1])
    assert np.allclose(g["by_cell"].sel(measure="sd", cell="FN"), sd[0])
    assert g["by_cell"].sel(measure="sd", cell="FP").isnull()
    assert g["rows"].values.tolist() == [2, 1, 0, 1]
    assert g["score_rows"].sum() == 4
    assert float(g["by_score"].sel(measure="sd", score_bin=0.95)) == pytest.approx(sd[2:].mean())
    assert float(g["centre_correlation"].sel(measure="total")) == pytest.approx(1)


def test_every_method_of_a_comparison_has_its_own_groups(comparison):
    found = comparison["uncertainty_groups"].to_dataset()
    of_nuts = comparison["uncertainty"].to_dataset().sel({"method": "nuts"}, drop=True)
    expected = uncertainty_by_group(of_nuts)
    assert found["method"].values.tolist() == ["mlp", "advi", "nuts"]
    assert np.allclose(found["by_class"].sel({"method": "nuts"}), expected["by_class"], equal_nan=True)
    assert found["by_class"].sel({"method": "mlp", "measure": "sd"}).isnull().all()
