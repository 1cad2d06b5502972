import numpy as np
import pytest
import xarray as xr

import bayesnet
from bayesnet.comparison import reference_of
from bayesnet.parts.importance import SHUFFLES
from data import InputError
from tests.bayesnet.hand_made import make_fit, random_weights
from tests.conftest import NETWORK


def of_method(method: str, chains: int, draws: int) -> xr.DataTree:
    """A fit by hand that says it is of this method."""
    fit = make_fit(random_weights(np.random.default_rng(0), chains, draws, 2), bayesnet.Network(hidden=2))
    fit.attrs["method"] = method
    return fit


def test_every_part_of_the_problem_is_there_and_can_be_stored(comparison, tmp_path):
    names = [name for section in bayesnet.Network.parts.values() for name in section]
    of_ruptures = ("paper", "plane", "importance_combinations")  # which these inputs do not have
    for absent in (*of_ruptures, "samplers", "stacking"):  # there is one sampler
        names.remove(absent)
    assert list(comparison.children) == names
    loaded = bayesnet.load(bayesnet.save(comparison, tmp_path / "comparison.nc"))
    for name in comparison.children:
        xr.testing.assert_equal(loaded[name].to_dataset(), comparison[name].to_dataset())
    assert loaded.attrs["reference"] == "nuts"
    assert (loaded.attrs["n_train"], loaded.attrs["n_test"]) == (150, 100)


def test_parts_are_what_their_functions_say_of_one_fit(comparison, fits, catalogue):
    of_advi = comparison["scores"].to_dataset().sel({"method": "advi"}, drop=True)
    xr.testing.assert_equal(of_advi, bayesnet.score(fits["advi"], seed=2))
    alone = bayesnet.permutation_importance(fits["advi"], catalogue, metric="f1", repeats=SHUFFLES, seed=2)
    together = comparison["importance"].to_dataset().sel({"method": "advi"})
    assert np.allclose(together["drop_mean"].sel(metric="f1"), alone["drop_mean"].sel(metric="f1"))


def test_what_a_point_estimate_does_not_have_is_absent_not_zero(comparison):
    mlp = {"method": "mlp"}
    assert np.isnan(comparison["scores"]["value"].sel(mlp).sel(metric="predictive_sd"))
    assert np.isnan(comparison["diagnostics"]["rhat_max"].sel(mlp))
    assert comparison["weights"]["sd"].sel(mlp).isnull().all()
    assert "mlp" not in comparison["elpd"]["method"].values
    assert "nuts" not in comparison["agreement"]["method"].values  # the reference agrees with itself by definition


def test_fits_of_different_data_are_refused(fits, catalogue):
    other = fits["mlp"].copy()
    other.attrs = fits["mlp"].attrs | {"data": "faults", "data_checksum": "f00"}
    with pytest.raises(InputError, match="must be of one data set, advi is of logistic and mlp of faults"):
        bayesnet.compare({"advi": fits["advi"], "mlp": other}, catalogue)


def test_a_point_estimate_alone_can_be_compared(fits, catalogue):
    asked = []
    comparison = bayesnet.compare({"mlp": fits["mlp"]}, catalogue, progress=asked.append)
    assert comparison.attrs["reference"] == "mlp"
    assert not {"elpd", "agreement", "ceiling", "differences"} & set(comparison.children)
    assert asked == [name for section in bayesnet.Network.parts.values() for name in section]


def test_the_most_trusted_fit_is_the_reference_whatever_its_name_and_its_draws():
    fits = {"many": of_method("advi", 1, 90), "few": of_method("nuts", 2, 3), "one": of_method("mlp", 1, 1)}
    assert reference_of(fits) == "few"
    assert reference_of(fits | {"more": of_method("nuts", 2, 4)}) == "more"
    assert reference_of({"base": of_method("physics", 4, 90), "one": of_method("mlp", 1, 1)}) == "one"
    del fits["few"]
    assert reference_of(fits) == "many"
    assert reference_of({"hand": of_method("of none here", 1, 5), "mlp": of_method("mlp", 1, 1)}) == "hand"


@pytest.mark.heavy
def test_baselines_are_graded_and_have_no_weights_to_compare(fits, catalogue):
    both = {
        name: bayesnet.fit(name, NETWORK, catalogue, config=bayesnet.METHODS[name].quick, seed=3)
        for name in ("majority", "logistic")
    }
    comparison = bayesnet.compare(both | {"mlp": fits["mlp"]}, catalogue)
    assert comparison.attrs["reference"] == "mlp"
    for part in ("scores", "agreement", "diagnostics"):
        assert {"majority", "logistic"} <= set(comparison[part]["method"].values)
    assert comparison["importance"]["method"].values.tolist() == ["logistic", "mlp"]  # nothing can be shuffled
    for part in ("weights", "units", "path_products", "partial_dependence"):
        assert comparison[part]["method"].values.tolist() == ["mlp"]
    alone = bayesnet.compare({"majority": both["majority"]}, catalogue)
    assert alone.attrs["reference"] == "majority"
    assert not {"weights", "importance"} & set(alone.children)
