"""Quantities alone, where it is known how well they tell the classes apart."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.grading import resampled_rows
from bayesnet.metrics import roc_auc
from bayesnet.parts.alone import STRESS_DROP, quantities, separation
from data import make_catalogue


def ruptures(n: int = 120) -> xr.Dataset:
    """A catalogue whose label is the sign of the stress drop about its median; `dc` takes turns within each class."""
    rng = np.random.default_rng(0)
    sxy, syy, mu_d = rng.uniform(20, 60, n), rng.uniform(-120, -60, n), rng.uniform(0.2, 0.4, n)
    drop = sxy - mu_d * -syy
    label = drop > np.median(drop)
    turns = np.where(label, label.cumsum(), (~label).cumsum()) % 3  # so it knows nothing, and has ties
    return make_catalogue(
        name="made",
        features=np.column_stack([sxy, syy, mu_d, turns]),
        label=label,
        split=np.repeat(["train", "test"], n // 2),
        feature_names=["sxy", "syy", "mu_d", "dc"],
        units=["MPa", "MPa", "1", "m"],
    )


def test_the_stress_drop_is_that_of_the_physics():
    catalogue = ruptures()
    sxy, syy, mu_d, _ = catalogue["features"].transpose("feature", "simulation").values
    assert quantities(catalogue).sel(quantity=STRESS_DROP).values == pytest.approx(sxy - mu_d * np.abs(syy))


def test_what_decides_has_an_auc_of_one_and_what_does_not_holds_guessing():
    found = separation(ruptures(), resamples=200)
    assert found["auc"].sel(quantity=STRESS_DROP) == 1
    assert found["interval"].sel(quantity=STRESS_DROP).values.tolist() == [1, 1]
    lower, upper = found["interval"].sel(quantity="dc").values
    assert lower < 0.5 < upper
    assert found["sign"].sel(quantity=["sxy", "mu_d"]).values.tolist() == [1, -1]


def test_intervals_are_those_of_the_auc_of_every_sample():
    catalogue = ruptures()
    found = separation(catalogue, resamples=50, seed=3)
    test = catalogue.isel(simulation=(catalogue["split"] == "test").values)
    label = test["label"].values
    for name in ("sxy", "dc"):  # without and with ties
        values = int(found["sign"].sel(quantity=name)) * test["features"].sel(feature=name).values
        aucs = [float(roc_auc(label[rows], values[rows])) for rows in resampled_rows(len(label), 50, 3)]
        expected = np.quantile(aucs, [0.025, 0.975])
        assert found["interval"].sel(quantity=name).values == pytest.approx(expected)


def test_the_direction_is_taken_from_the_training_rows():
    catalogue = ruptures()
    flipped = catalogue.copy(deep=True)
    flipped["label"] = xr.where(flipped["split"] == "test", 1 - flipped["label"], flipped["label"])
    assert separation(flipped, resamples=20)["auc"].sel(quantity=STRESS_DROP) == 0


def test_a_catalogue_of_something_else_has_no_stress_drop(catalogue):
    assert separation(catalogue, resamples=20)["quantity"].values.tolist() == ["a", "b", "c"]
