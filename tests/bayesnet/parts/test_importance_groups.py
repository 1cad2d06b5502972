import numpy as np

from bayesnet import column_groups, permutation_importance


def test_groups_of_correlated_inputs_are_shuffled_together(comparison, fits, catalogue):
    groups = column_groups(catalogue)
    found = comparison["importance_groups"].to_dataset()
    assert found["group"].values.tolist() == list(groups)
    assert not {"chain", "draw"} & set(found.dims)  # every draw of every shuffle would be large
    alone = permutation_importance(fits["nuts"], catalogue, metric="f1", seed=2, groups=groups)
    of_nuts = found.sel({"method": "nuts", "metric": "f1"})
    for name in ("drop_mean", "draw_lower", "draw_upper"):
        assert np.allclose(of_nuts[name], alone[name].sel(metric="f1"))
