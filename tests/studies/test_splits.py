"""The study of many splits: what it stores, uses again, and makes of a fit that fails."""

from dataclasses import replace

import pytest
from rich.console import Console

import bayesnet
from data import InputError
from data.workers import Workers
from studies import splits
from tests.studies.command import REPORT, call, without


@pytest.fixture
def study(csv, monkeypatch):
    monkeypatch.setattr(REPORT, without)
    own = {"methods": ("majority", "logistic"), "optional": (), "repeats": 3, "quick": True}
    return replace(splits.STUDY, data=str(csv), label="broke", workers=Workers(1), **own)


def run(study, folder, **options):
    return study.run(folder, fresh=False, console=Console(quiet=True), **options)


@pytest.mark.heavy
def test_every_fit_is_stored_once_and_used_again(study, tmp_path, monkeypatch):
    run(study, tmp_path)
    made = sorted((tmp_path / "made").iterdir())
    assert len(made) == 1 + 2 * 3 * 2  # the own split; two methods on three splits, with all rows and with half of them
    times = [path.stat().st_mtime_ns for path in made]
    monkeypatch.setattr(splits, "measure", None)  # nothing is measured any more
    run(study, tmp_path)
    assert [path.stat().st_mtime_ns for path in made] == times
    assert bayesnet.load(tmp_path / "grades.nc")["value"].sizes == {"method": 2, "metric": 7, "repeat": 3}


@pytest.mark.heavy
def test_a_fit_that_fails_is_told_when_the_others_are_made(study, tmp_path, monkeypatch):
    whole = splits.measure

    def fails(method, problem, catalogue, config, repeat, seed, size):
        if (method, repeat) == ("logistic", 1):
            raise FloatingPointError("underflow")
        return whole(method, problem, catalogue, config, repeat, seed, size)

    monkeypatch.setattr(splits, "measure", fails)
    with pytest.raises(InputError, match=r"2 computations failed .*split 1: FloatingPointError: underflow"):
        run(study, tmp_path)
    value = bayesnet.load(tmp_path / "grades.nc")["value"].sel(metric="accuracy")
    assert value.isnull().sel({"method": "logistic"}).values.tolist() == [False, True, False]
    assert "underflow" in bayesnet.load(tmp_path / "grades.nc").attrs["failed"]
    monkeypatch.setattr(splits, "measure", whole)
    run(study, tmp_path)
    assert bayesnet.load(tmp_path / "grades.nc")["value"].sel(metric="accuracy").notnull().all()


def test_what_cannot_be_chosen_is_one_line(capsys):
    assert call("run", "splits", "--balance", "upsample") == 2
    assert "leaves no choice of balance" in capsys.readouterr().err
    assert call("run", "splits", "--repeats", "1") == 2
    assert call("run", "rupture", "--repeats", "5") == 2
    assert "leaves no choice of repeats" in capsys.readouterr().err
    assert call("run", "solver", "--workers", "2") == 2
    assert "leaves no choice of workers, got 2" in capsys.readouterr().err
