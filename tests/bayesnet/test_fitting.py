import json

import arviz as az
import numpy as np
import pytest
import xarray as xr
from scipy.special import expit

import bayesnet
from bayesnet.methods import METHODS
from bayesnet.fitting import network_of
from data import InputError, rows


def test_every_method_stores_the_same_groups(fits, catalogue):
    test = rows(catalogue, "test")
    for method, fit in fits.items():
        posterior = fit["posterior"]
        assert posterior["w0"].dims == ("chain", "draw", "feature", "hidden")
        assert posterior["b1"].dims == ("chain", "draw")
        assert fit["predictions"]["p"].dims == ("chain", "draw", "simulation")
        assert np.array_equal(fit["predictions"]["simulation"], test["simulation"])
        assert np.array_equal(fit["predictions_constant_data"]["label"], test["label"])
        assert np.array_equal(fit["predictions_constant_data"]["features"], test["features"])
        assert fit["observed_data"]["y"].sizes == {"simulation": 150}
        assert fit.attrs["method"] == method
        assert json.loads(fit.attrs["network"])["hidden"] == 3
        assert fit.attrs["catalogue_checksum"] == catalogue.attrs["checksum"]
        assert {"seed", "seconds", "versions", "git_commit", "git_clean", "config", "balance"} <= set(fit.attrs)
    assert fits["nuts"]["posterior"].sizes["chain"] == 4
    assert {"sample_stats", "log_likelihood"} <= set(fits["nuts"].children)
    assert {"fit", "fit_stats", "sample_stats", "log_likelihood"} <= set(fits["advi"].children)


def test_predictions_are_the_forward_pass_of_the_posterior(fits, catalogue):
    test = rows(catalogue, "test")
    train = rows(catalogue, "train")["features"]
    x = ((test["features"] - train.mean("simulation")) / train.std("simulation")).values
    for fit in fits.values():
        draw = fit["posterior"].isel(chain=-1, draw=-1)
        hidden = np.maximum(x @ draw["w0"].values + draw["b0"].values, 0)
        expected = expit(hidden @ draw["w1"].values + draw["b1"].values)
        assert np.allclose(fit["predictions"]["p"].isel(chain=-1, draw=-1), expected, rtol=1e-9)


def test_log_likelihood_is_that_of_the_forward_pass(fits):
    for name in ("nuts", "advi"):
        fit = fits[name]
        logit = bayesnet.Network(hidden=3).logit(fit["posterior"].to_dataset(), fit["constant_data"]["x"])
        y = fit["observed_data"]["y"]
        expected = np.log(expit(np.where(y == 1, logit, -logit)))
        assert np.allclose(fit["log_likelihood"]["y"], expected, atol=1e-9)


def test_all_methods_learn_the_logistic_regression(fits):
    for fit in fits.values():
        a, b, _ = fit["predictions_constant_data"]["features"].values.T
        true_class = 2 * a - (b - 10) / 1.5 > 0
        score = fit["predictions"]["p"].mean(("chain", "draw")).values
        assert ((score > 0.5) == true_class).mean() > 0.85


def test_a_stored_fit_opens_with_arviz_and_predicts_the_same(fits, catalogue, tmp_path):
    test = rows(catalogue, "test")
    for name, fit in fits.items():
        path = bayesnet.save(fit, tmp_path / f"{name}.nc")
        for opened in (az.from_netcdf(path), xr.open_datatree(path), bayesnet.load(path)):
            assert np.array_equal(opened["posterior"]["w0"], fit["posterior"]["w0"])
            assert np.array_equal(bayesnet.predict(opened, test), fit["predictions"]["p"])
            opened.close()
    assert len(az.summary(bayesnet.load(tmp_path / "nuts.nc"), var_names=["b0", "b1"])) == 4


def test_features_are_found_by_name(fits, catalogue):
    turned = rows(catalogue, "test").isel(feature=[2, 0, 1])
    assert np.allclose(bayesnet.predict(fits["mlp"], turned), fits["mlp"]["predictions"]["p"])
    with pytest.raises(InputError, match=r"expected the features a, b, c .* got a, b, d"):
        bayesnet.predict(fits["mlp"], rows(catalogue, "test").assign_coords(feature=["a", "b", "d"]))


def test_a_fit_older_than_a_setting_of_the_network_has_its_default(fits):
    old = fits["mlp"].copy()
    stored = json.loads(old.attrs["network"])
    del stored["prior"]
    old.attrs = old.attrs | {"network": json.dumps(stored)}
    assert network_of(old) == bayesnet.Network(hidden=3, prior="normal")


def test_unknown_method(catalogue):
    with pytest.raises(InputError, match="mlp, advi, fullrank_advi, nuts, got 'hmc'"):
        bayesnet.fit("hmc", bayesnet.Network(), catalogue)


@pytest.mark.parametrize("method", ["mlp", "advi", "nuts"])
def test_a_fit_can_be_repeated_from_what_it_stores_and_another_seed_gives_others(method, fits, catalogue):
    """Alone, so that its numbers do not hang on what else was fitted."""
    fit = fits[method]
    config = type(METHODS[method].config)(**json.loads(fit.attrs["config"]))
    again, other = (
        bayesnet.fit(method, network_of(fit), catalogue, config=config, balance=fit.attrs["balance"], seed=seed)
        for seed in (fit.attrs["seed"], fit.attrs["seed"] + 1)
    )
    assert again["posterior"].to_dataset().equals(fit["posterior"].to_dataset())
    assert again.attrs["fingerprint"] == fit.attrs["fingerprint"]
    assert not np.allclose(other["posterior"]["w0"], fit["posterior"]["w0"])
