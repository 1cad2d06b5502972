import numpy as np
import xarray as xr

from bayesnet.parts.weight_summary import weight_summary
from bayesnet.parts.weights import weight_statistics
from bayesnet.store import load, save
from tests.bayesnet.hand_made import three_fits


def test_the_worst_convergence_and_the_means_of_each_kind(tmp_path):
    statistics = weight_statistics(three_fits()[0])
    summary = weight_summary(statistics)
    stored = load(save(xr.DataTree(summary), tmp_path / "summary.nc"))
    xr.testing.assert_allclose(stored.to_dataset(), summary)
    at = {"method": "nuts", "alignment": "matched"}
    assert summary["largest_rhat"].sel(at) == statistics["rhat"].sel(at).max("weight")
    assert summary["smallest_ess"].sel(at) == statistics["ess"].sel(at).min("weight")
    assert np.isnan(summary["largest_rhat"].sel({"method": "advi"})).all()
    w0 = statistics.sel(at).isel(weight=np.flatnonzero(statistics["parameter"] == "w0"))
    for name in ("sd", "contraction", "contraction_beyond_matching"):
        np.testing.assert_allclose(summary[name].sel(at).sel(parameter="w0"), w0[name].mean())


def test_one_idle_unit_does_not_decide_the_ratio_of_the_sds():
    ratio = np.array([0.5, 0.6, 0.4, 0.5, 40.0])
    statistics = xr.Dataset(
        dict.fromkeys(weight_statistics(three_fits()[0]), (("method", "alignment", "weight"), ratio[None, None])),
        {"method": ["advi"], "alignment": ["matched"], "parameter": ("weight", ["w0"] * 5)},
    )
    assert weight_summary(statistics)["sd_ratio"].item() == 0.5
