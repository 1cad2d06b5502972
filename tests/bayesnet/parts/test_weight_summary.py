import numpy as np
import pytest
import xarray as xr

from bayesnet.parts.weight_summary import weight_summary
from bayesnet.parts.weights import weight_statistics
from bayesnet.store import load, save
from tests.bayesnet.hand_made import three_fits


def test_the_worst_convergence_and_what_is_typical_of_each_kind(tmp_path):
    statistics = weight_statistics(three_fits()[0])
    summary = weight_summary(statistics)
    stored = load(save(xr.DataTree(summary), tmp_path / "summary.nc"))
    xr.testing.assert_allclose(stored.to_dataset(), summary)
    at = {"method": "nuts", "alignment": "matched"}
    assert summary["largest_rhat"].sel(at) == statistics["rhat"].sel(at).max("weight")
    assert summary["smallest_ess"].sel(at) == statistics["ess"].sel(at).min("weight")
    assert np.isnan(summary["largest_rhat"].sel({"method": "advi"})).all()
    w0 = statistics.sel(at).isel(weight=np.flatnonzero(statistics["parameter"] == "w0"))
    np.testing.assert_allclose(summary["sd"].sel(at).sel(parameter="w0"), w0["sd"].mean())
    for name in ("contraction", "contraction_beyond_matching"):  # medians, as a figure marks them
        np.testing.assert_allclose(summary[name].sel(at).sel(parameter="w0"), w0[name].median())


def test_the_ratio_of_the_sds_is_of_weights_that_the_data_narrow_in_both():
    contraction = {"nuts": [0.9, 0.8, 0.9, 0.0, 0.6], "advi": [0.9, 0.7, 0.1, 0.0, 0.6]}
    ratio = np.array([0.2, 0.3, 3.0, 1.0, 0.4])  # the third is known to the reference alone, the fourth to neither
    statistics = xr.Dataset(
        dict.fromkeys(("sd", "contraction", "rhat", "ess"), (("method", "alignment", "weight"), np.ones((2, 1, 5))))
        | {
            "sd_ratio": (("method", "alignment", "weight"), np.stack([np.ones(5), ratio])[:, None]),
            "contraction_beyond_matching": (
                ("method", "alignment", "weight"),
                np.array(list(contraction.values()))[:, None],
            ),
        },
        {"method": list(contraction), "alignment": ["matched"], "parameter": ("weight", ["w0"] * 4 + ["b0"])},
        {"reference": "nuts"},
    )
    found = weight_summary(statistics).sel({"method": "advi", "alignment": "matched"})
    assert found["sd_ratio"].sel(parameter="w0") == pytest.approx(0.25)
    assert found["learned"].sel(parameter="w0") == 0.5
    assert found["learned_in_both"].sel(parameter="w0") == 0.5
    none = weight_summary(statistics.assign(contraction_beyond_matching=0 * statistics["sd"]))
    assert none["sd_ratio"].isnull().all()
    assert (none["learned"] == 0).all()
