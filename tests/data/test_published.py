import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest
from sklearn.metrics import roc_auc_score

from data import InputError, load_catalogue, rows
from data.audit import audit
from data.download import DATA_DIR, SHA256, find_files
from data.published import load_published, wrong_labels
from data.rupture.trial.answers import read_answers


def stress_position(catalogue):
    f = {str(name): catalogue["features"].sel(feature=name).values for name in catalogue["feature"].values}
    return (f["sxy"] / -f["syy"] - f["mu_d"]) / f["friction_drop"]


def stress_drop(catalogue):
    f = {str(name): catalogue["features"].sel(feature=name).values for name in catalogue["feature"].values}
    return f["sxy"] - f["mu_d"] * -f["syy"]


def test_rows_and_columns(published):
    released, repaired = published
    assert [rows(released, part).sizes["simulation"] for part in ("train", "test")] == [1600, 400]
    assert [rows(repaired, part).sizes["simulation"] for part in ("train", "test")] == [1525, 400]
    assert released["feature"].values.tolist() == repaired["feature"].values.tolist()
    assert repaired["units"].values.tolist() == ["km", "km", "MPa", "MPa", "MPa", "1", "1", "m"]


def test_names_follow_the_physics_in_the_repaired_catalogue_only(published):
    released, repaired = published
    assert stress_position(released).min() < -1
    position = stress_position(repaired)
    assert 0.02 < position.min() < position.max() < 0.1501
    assert kstest(position, "uniform", args=(0.02, 0.13)).pvalue > 0.05


def test_labels_belong_to_their_rows_in_the_repaired_catalogue_only(published):
    released, repaired = published
    disputed = np.arange(100, 425)
    for catalogue, expected in ((released, 0.45), (repaired, 0.95)):
        part = catalogue.sel(simulation=disputed)
        drop = stress_drop(repaired.sel(simulation=disputed))
        assert roc_auc_score(part["label"].values, drop) == pytest.approx(expected, abs=0.02)
    both = [catalogue["label"].sel(simulation=disputed).values for catalogue in published]
    assert (both[0] != both[1]).sum() == 160
    assert not set(range(425, 500)) & set(repaired["simulation"].values.tolist())


def test_both_share_the_test_rows(published):
    released, repaired = (rows(catalogue, "test") for catalogue in published)
    exchanged = {"mu_d": "friction_drop", "friction_drop": "mu_d"}
    order = [exchanged.get(name, name) for name in released["feature"].values.tolist()]
    assert np.array_equal(released["features"].values, repaired["features"].sel(feature=order).values)
    assert np.array_equal(released["label"].values, repaired["label"].values)


@pytest.mark.heavy
def test_the_restored_catalogue_adds_the_lost_rows_with_the_solvers_labels(published):
    _, repaired = published
    restored = load_catalogue("ahamed2019-restored")
    assert [rows(restored, part).sizes["simulation"] for part in ("train", "test")] == [1600, 400]
    known = repaired["simulation"].values
    assert restored.sel(simulation=known).equals(repaired)
    lost = restored.drop_sel(simulation=known)
    assert lost["simulation"].values.tolist() == list(range(425, 500))
    answers = read_answers().query("file == 'train' and dc == '0.4' and 425 <= row < 500")
    assert lost["label"].values.tolist() == answers["label"].tolist()
    assert "simulated" in restored.attrs["repairs"]
    assert audit(restored) == []


def test_a_file_that_is_not_the_published_one_is_refused(tmp_path, monkeypatch):
    for name in SHA256:
        pd.DataFrame(np.eye(9)).to_csv(tmp_path / name, sep=" ", header=False, index=False)
    monkeypatch.setenv(DATA_DIR, str(tmp_path))
    with pytest.raises(InputError, match="must be the published file"):
        load_published()


def test_offline_the_error_says_what_to_put_where(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise ConnectionError

    monkeypatch.delenv(DATA_DIR, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("data.download.cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr("pooch.Pooch.fetch", refuse)
    with pytest.raises(InputError) as error:
        find_files()
    message = str(error.value)
    assert all(name in message for name in SHA256)
    assert "https://" in message
    assert str(tmp_path / "cache") in message
    assert "\n" not in message


@pytest.mark.usefixtures("published")
def test_wrong_labels_are_counted_and_the_lost_ones_marked():
    wrong = wrong_labels()
    assert wrong["simulation"].values.tolist() == list(range(1600))
    assert wrong.sel(simulation=slice(100, 424)).sum() == 160
    assert (wrong.sel(simulation=slice(425, 499)) == -1).all()
    others = np.r_[0:100, 500:1600]
    assert (wrong.sel(simulation=others) == 0).all()
