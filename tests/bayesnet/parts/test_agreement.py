import numpy as np
import pytest
from scipy.stats import norm

from bayesnet.parts.agreement import predictive_agreement
from data import InputError

LABEL = np.array([0, 1, 1])


def test_a_shift_and_a_stretch_are_measured(make_fit):
    q = norm.ppf(np.linspace(0.0005, 0.9995, 1000))[:, None]  # quantiles of N(0, 1)
    reference = make_fit((0.5 + 0.05 * q + np.array([-0.2, 0.0, 0.2]))[None], LABEL)
    fit = make_fit((0.5 + 0.10 * q[::2] + np.array([-0.2, 0.1, 0.2]))[None], LABEL)
    result = predictive_agreement(fit, reference)
    assert np.allclose(result["total_variation"], [0, 0.1, 0], atol=1e-3)
    assert np.allclose(result["sd_ratio"], 2, rtol=0.01)
    # W1 of N(0, 0.1) and N(0, 0.05) is 0.05 E|z|
    assert np.allclose(result["wasserstein"][[0, 2]], 0.05 * np.sqrt(2 / np.pi), rtol=0.02)
    assert float(result["mean_sd_ratio"]) == pytest.approx(2, rel=0.01)
    assert float(result["class_agreement"]) == pytest.approx(1.0, abs=0.34)
    assert int(result["worst_row"]) == 1


def test_a_fit_agrees_with_itself_and_classes_are_counted(make_fit):
    p = np.random.default_rng(0).random((2, 50, 3))
    fit = make_fit(p, LABEL)
    same = predictive_agreement(fit, fit)
    assert float(same["mean_wasserstein"]) == 0
    assert float(same["class_agreement"]) == 1
    turned = predictive_agreement(
        make_fit(np.full((1, 1, 3), 0.9), LABEL), make_fit(np.array([[[0.9, 0.9, 0.1]] * 2]), LABEL)
    )
    assert float(turned["class_agreement"]) == pytest.approx(2 / 3)


def test_a_point_estimate_has_distances_but_no_sd(make_fit):
    p = np.array([[[0.2, 0.5, 0.9], [0.4, 0.5, 0.7]]])
    result = predictive_agreement(make_fit(np.array([[[0.3, 0.5, 0.5]]]), LABEL), make_fit(p, LABEL))
    assert result["sd_ratio"].isnull().all()
    assert np.allclose(result["wasserstein"], [0.1, 0, 0.3])


def test_other_test_rows_are_refused(make_fit):
    p = np.random.default_rng(0).random((2, 50, 3))
    with pytest.raises(InputError, match="same test rows"):
        predictive_agreement(make_fit(p, LABEL), make_fit(p, 1 - LABEL))
