"""The sampling law: its ranges, its independence of the number of rows, and its files."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from data.rupture.campaign.law import LAWS, Law
from data.rupture.solver.parameters import NAMES


@pytest.fixture(scope="module")
def rows():
    return Law().sample(2000, seed=1)


def test_a_row_depends_on_seed_and_number_alone(rows):
    pd.testing.assert_frame_equal(rows.head(7), Law().sample(7, seed=1))
    assert list(rows.columns) == list(NAMES)


def test_other_seeds_give_other_rows(rows):
    assert np.all(rows.head(5) != Law().sample(5, seed=2))


def test_draws_follow_the_published_law(rows):
    mu_s = rows.mu_d + rows.friction_drop
    level = (rows.sxy / -rows.syy - rows.mu_d) / rows.friction_drop
    uniform = {
        "syy": (rows.syy + 160) / 150,
        "sxx": (rows.sxx / rows.syy - 0.75) / 0.5,
        "mu_d": (rows.mu_d - 0.2) / 0.4,
        "mu_s": (mu_s - rows.mu_d - 0.2) / (0.6 - rows.mu_d),
        "level": (level - 0.02) / 0.13,
        "width": rows.width - 1,
        "height": rows.height / rows.width / 0.1,
    }
    for name, values in uniform.items():
        assert stats.kstest(values, "uniform").pvalue > 1e-3, name
    assert stats.kstest((rows.dc - 0.4) / 0.05, "norm").pvalue > 1e-3


def test_a_law_file_changes_some_fields(tmp_path):
    path = tmp_path / "law.json"
    path.write_text(json.dumps({"width": [2, 3], "dc_sd": 0.0}))
    law = Law.named(path)
    assert law.width == (2, 3)
    assert law.mu_d == Law().mu_d
    assert law.draw(0, 0)["dc"] == pytest.approx(0.4)


def test_a_law_survives_json(tmp_path):
    path = tmp_path / "law.json"
    path.write_text(json.dumps(LAWS["ahamed2019"].as_json()))
    assert Law.named(path) == Law.named("ahamed2019")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"depth": 1}', "depth"),
        ("[1]", "list"),
        ("{", "a JSON file with fields of a law"),
        ('{"syy": "much"}', r"syy must be a range of two numbers \[low, high\], got \"much\""),
        ('{"syy": [1, 2, 3]}', "syy must be a range"),
        ('{"width": 1}', "width must be a range"),
        ('{"width": [2, 1]}', "from low to high"),
        ('{"dc_mean": NaN}', "dc_mean must be a number"),
        ('{"dc_mean": true}', "dc_mean must be a number"),
        ('{"dc_sd": -1}', "dc_sd must not be negative"),
        ('{"mu_s_most": 0.5}', "must not exceed mu_s_most"),
    ],
)
def test_odd_law_files_are_refused(tmp_path, text, message):
    (tmp_path / "law.json").write_text(text)
    with pytest.raises(ValueError, match=message):
        Law.named(tmp_path / "law.json")


def test_unknown_laws_are_refused():
    with pytest.raises(ValueError, match="one of ahamed2019"):
        Law.named("ahamed2018")
