import numpy as np

from bayesnet import column_groups, permutation_importance
from bayesnet.parts.importance import SHUFFLES


def test_groups_of_correlated_inputs_are_shuffled_together(comparison, fits, catalogue):
    groups = column_groups(catalogue)
    found = comparison["importance_groups"].to_dataset()
    assert found["group"].values.tolist() == list(groups)
    assert not {"chain", "draw"} & set(found.dims)  # every draw of every shuffle would be large
    options = {"metric": "f1", "repeats": SHUFFLES, "seed": 2}
    alone = permutation_importance(fits["nuts"], catalogue, groups=groups, **options)
    of_nuts = found.sel({"method": "nuts", "metric": "f1"})
    for name in ("drop_mean", "drop_lower", "drop_upper", "draw_mean"):
        assert np.allclose(of_nuts[name], alone[name].sel(metric="f1"))


def test_single_inputs_are_shuffled_within_neighbours_too(comparison, fits, catalogue):
    found = comparison["importance"].to_dataset().sel({"method": "nuts", "metric": "f1"})
    alone = permutation_importance(fits["nuts"], catalogue, repeats=SHUFFLES, seed=2, conditional=True).sel(metric="f1")
    for name in ("drop_mean", "drop_lower", "drop_upper"):
        assert np.allclose(found[f"conditional_{name}"], alone[name])
    assert np.allclose(found["told_by_others"], alone["told_by_others"])
