"""The embedded catalogue: its file, its provenance, and that this solver still gives its labels."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.rupture.campaign.catalogue import stratified_split
from data.rupture.campaign.law import Law
from data.rupture.campaign.simulate import outcome
from data.rupture.solver.parameters import NAMES
from data.rupture.solver.settings import Settings

CSV = Path(__file__).parents[4] / "data" / "rupture2d.csv"


@pytest.fixture(scope="module")
def facts():
    return json.loads(CSV.with_suffix(".json").read_text())


@pytest.fixture(scope="module")
def catalogue():
    return pd.read_csv(CSV)


def test_checksum_is_that_of_the_provenance(facts):
    assert hashlib.sha256(CSV.read_bytes()).hexdigest() == facts["sha256"]


def test_rows_are_those_of_the_law(catalogue, facts):
    law = Law(**{name: tuple(v) if isinstance(v, list) else v for name, v in facts["law"].items()})
    assert law == Law.named("ahamed2019")
    pd.testing.assert_frame_equal(catalogue[list(NAMES)], law.sample(2000, facts["seed"]))


def test_split_is_stratified_sixteen_to_four_hundred(catalogue, facts):
    assert catalogue.split.value_counts().to_dict() == {"train": 1600, "test": 400}
    assert np.array_equal(catalogue.split, stratified_split(catalogue.label.to_numpy(), facts["seed"]))
    shares = catalogue.groupby("split").label.mean()
    assert shares["train"] == pytest.approx(shares["test"], abs=2e-3)


def test_provenance_is_complete(facts):
    assert Settings(**facts["settings"]) == Settings()
    assert facts["settings"]["resolution"] == 50
    assert facts["rows"] == sum(facts["reasons"].values()) == 2000
    assert set(facts["reasons"]) <= {"passed", "stalled", "late", "time"}


@pytest.mark.slow
def test_this_solver_still_gives_the_labels(catalogue):
    for row in catalogue.sample(20, random_state=0).to_dict("records"):
        assert outcome(row).label == row["label"]
