import dataclasses
import json
import tempfile

import arviz as az
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
import xarray as xr
from scipy.special import expit
from threadpoolctl import threadpool_limits

import bayesnet
from bayesnet import fitting
from bayesnet.fitting import predicted, predicts_as_stored, training_rows
from bayesnet.methods import METHODS
from bayesnet.methods.exact import ExactConfig
from bayesnet.problems import problem_of
from bayesnet.problems.strain import StrainRate
from data import InputError, rows
from data.files import fingerprint
from data.velocities.observations import load_velocities


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
        assert problem_of(fit).hidden == 3
        assert fit.attrs["data"] == "logistic"
        assert fit.attrs["data_checksum"] == catalogue.attrs["checksum"]
        assert {"seed", "seconds", "versions", "git_commit", "git_clean", "config", "created", "format"} <= set(
            fit.attrs
        )
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
        outcome, draws = predicted(fit)
        assert np.array_equal(outcome, test["label"])
        assert np.allclose(draws[-1], expected, rtol=1e-9)


def test_log_likelihood_is_that_of_the_forward_pass(fits):
    for name in ("nuts", "advi"):
        fit = fits[name]
        train = training_rows(fit)
        logit = problem_of(fit).logit(fit["posterior"].to_dataset(), train, train)
        expected = np.log(expit(np.where(train["y"] == 1, logit, -logit)))
        assert np.allclose(fit["log_likelihood"]["y"], expected, atol=1e-9)


def test_training_rows_are_those_that_the_problem_gave(fits, catalogue):
    expected = bayesnet.Network(hidden=3).train(catalogue, 3)
    found = training_rows(fits["nuts"])
    assert set(found.variables) == set(expected.variables)
    for name in expected.variables:
        assert np.array_equal(found[name], expected[name])


def test_all_methods_learn_the_logistic_regression(fits):
    for fit in fits.values():
        a, b, _ = fit["predictions_constant_data"]["features"].values.T
        true_class = 2 * a - (b - 10) / 1.5 > 0
        score = fit["predictions"]["p"].mean(("chain", "draw")).values
        assert ((score > 0.5) == true_class).mean() > 0.85


def test_outcomes_are_drawn_from_posterior_and_prior_predictions_of_the_training_rows(fits):
    for fit in fits.values():
        train = training_rows(fit)
        drawn = fit["posterior_predictive"]["y"]
        assert drawn.sizes == {**fit["posterior"]["b1"].sizes, "simulation": 150}
        assert set(np.unique(drawn)) <= {0, 1}
        p = problem_of(fit).predict(fit["posterior"].to_dataset(), train, train)
        error = np.sqrt((p * (1 - p)).sum()) / p.size
        assert abs(float(drawn.mean() - p.mean())) < 4 * float(error)
        prior = fit["prior"].to_dataset()
        assert prior.sizes["draw"] == fitting.PRIOR_DRAWS
        assert all(prior[name].dims == fit["posterior"][name].dims for name in ("w0", "b0", "w1", "b1"))
        assert float(prior["w0"].std()) == pytest.approx(1, abs=0.1)
        of_prior = fit["prior_predictive"]["y"]
        assert of_prior.sizes == {"chain": 1, "draw": fitting.PRIOR_DRAWS, "simulation": 150}
        p = problem_of(fit).predict(prior, train, train)
        assert abs(float(of_prior.mean() - p.mean())) < 4 * float(np.sqrt((p * (1 - p)).sum()) / p.size)


def test_draws_of_a_large_fit_are_thinned_before_outcomes_are_drawn(fits, catalogue, monkeypatch):
    monkeypatch.setattr(fitting, "MOST_OUTCOMES", 4 * 50 * 150)
    train = training_rows(fits["nuts"])
    found = fitting._predictive(problem_of(fits["nuts"]), train, fits["nuts"]["posterior"].to_dataset(), 3)
    assert found["posterior_predictive"]["y"].sizes == {"chain": 4, "draw": 50, "simulation": 150}


@pytest.mark.heavy
def test_a_stored_fit_opens_with_arviz_and_predicts_the_same(fits, catalogue, tmp_path):
    test = rows(catalogue, "test")
    for name, fit in fits.items():
        path = bayesnet.save(fit, tmp_path / f"{name}.nc")
        for opened in (az.from_netcdf(path), xr.open_datatree(path), bayesnet.load(path)):
            assert np.array_equal(opened["posterior"]["w0"], fit["posterior"]["w0"])
            assert np.array_equal(bayesnet.predict(opened, test), fit["predictions"]["p"])
            opened.close()
    assert len(az.summary(bayesnet.load(tmp_path / "nuts.nc"), var_names=["b0", "b1"])) == 4


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore:Variables y in .* look binary")
@pytest.mark.parametrize(
    ("plot", "options"),
    [
        (az.plot_ppc_dist, {"kind": "ecdf", "num_samples": 20}),
        (az.plot_ppc_pava, {}),
        (az.plot_loo_pit, {}),
        (az.plot_prior_posterior, {"var_names": ["b0", "b1"]}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_arviz_draws_its_figures_of_a_stored_fit(plot, options, fits, tmp_path):
    """What a stored fit must hold for them; the figures are ArviZ's."""
    opened = az.from_netcdf(bayesnet.save(fits["nuts"], tmp_path / "nuts.nc"))
    with mpl.rc_context({"backend": "agg"}):
        plot(opened, backend="matplotlib", **options)
        assert plt.get_fignums()
        plt.close("all")
    opened.close()


def test_features_are_found_by_name(fits, catalogue):
    turned = rows(catalogue, "test").isel(feature=[2, 0, 1])
    assert np.allclose(bayesnet.predict(fits["mlp"], turned), fits["mlp"]["predictions"]["p"])
    with pytest.raises(InputError, match=r"expected the features a, b, c .* got a, b, d"):
        bayesnet.predict(fits["mlp"], rows(catalogue, "test").assign_coords(feature=["a", "b", "d"]))


def test_a_fit_older_than_a_setting_of_its_problem_has_the_default(fits):
    old = fits["mlp"].copy()
    stored = json.loads(old.attrs["problem"])
    del stored["prior"]
    old.attrs = old.attrs | {"problem": json.dumps(stored)}
    assert problem_of(old) == bayesnet.Network(hidden=3, prior="normal")


def test_everything_that_determines_a_fit_is_in_its_fingerprint(fits, catalogue):
    config = METHODS["mlp"].config

    def settings(method="mlp", problem=None, data=catalogue, config=config, seed=0):
        return fitting.fit_settings(method, problem or bayesnet.Network(), data, config, seed)

    others = [
        settings(method="advi"),
        settings(problem=bayesnet.Network(balance="weight")),
        settings(data=catalogue.assign_attrs(checksum="f00")),
        settings(config=dataclasses.replace(config, restarts=2)),
        settings(seed=1),
    ]
    prints = [fingerprint(one) for one in (settings(), *others)]
    assert len(set(prints)) == len(prints)
    assert fingerprint(settings()) == prints[0]


def test_unknown_method(catalogue):
    with pytest.raises(InputError, match=f"{', '.join(METHODS)}, got 'gibbs'"):
        bayesnet.fit("gibbs", bayesnet.Network(), catalogue)


@pytest.mark.parametrize("method", ["mlp", *(pytest.param(name, marks=pytest.mark.heavy) for name in ("advi", "nuts"))])
def test_a_fit_can_be_repeated_from_what_it_stores_and_another_seed_gives_others(method, fits, catalogue):
    """Alone, so that its numbers do not hang on what else was fitted."""
    fit = fits[method]
    config = type(METHODS[method].config)(**json.loads(fit.attrs["config"]))
    again, other = (
        bayesnet.fit(method, problem_of(fit), catalogue, config=config, seed=seed)
        for seed in (fit.attrs["seed"], fit.attrs["seed"] + 1)
    )
    assert again["posterior"].to_dataset().equals(fit["posterior"].to_dataset())
    for group in ("posterior_predictive", "prior", "prior_predictive"):
        assert again[group].to_dataset().equals(fit[group].to_dataset())
    assert again.attrs["fingerprint"] == fit.attrs["fingerprint"]
    assert not np.allclose(other["posterior"]["w0"], fit["posterior"]["w0"])


def test_draws_are_the_same_with_any_number_of_threads_of_linear_algebra():
    """Products of matrices as large as those of its splines have other last digits with two."""
    data, found = load_velocities("deep"), []
    for threads in (1, 2):
        with threadpool_limits(threads):
            fit = bayesnet.fit("exact", StrainRate(), data, config=ExactConfig(draws=5), predictive=False)
        found.append(fit["posterior"]["z"].values)
    assert np.array_equal(*found)


def test_compilers_leave_nothing_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    x = pt.vector("x")
    compiled = pytensor.function([x], pt.exp(x) + 3 * x**2, mode="NUMBA")
    assert compiled([1.0]) == pytest.approx(np.e + 3)
    assert not list(tmp_path.iterdir())


def test_a_fit_whose_draws_mean_something_else_by_now_is_told(fits):
    for fit in fits.values():
        assert predicts_as_stored(fit)
    other = fits["nuts"].copy()
    other["posterior"] = xr.DataTree(fits["nuts"]["posterior"].to_dataset() * -1.0)
    assert not predicts_as_stored(other)
