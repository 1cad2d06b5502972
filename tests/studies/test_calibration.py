"""Calibration as a study: what it stores, what it uses again, and what a failing fit costs."""

import json

import pytest
from rich.console import Console

from bayesnet.methods.hmc import HmcConfig
from data import InputError
from data.workers import Workers
from studies import calibration
from studies.calibration import Calibration
from tests.bayesnet.sbc.made import made_replicates


@pytest.fixture
def made(monkeypatch, undrawn) -> list[tuple[str, str, int]]:
    """Problem, method and number of each replicate that was made; nothing is fitted in truth."""
    calls = []

    def replicate(problem, data, method, config, seed, number):
        calls.append((problem.name, method, number))
        if method == "hmc" and number == 1 and problem.name == "tomography":
            raise InputError("no start")
        return made_replicates("nuts", number, truths=1)[0]

    monkeypatch.setattr(calibration, "replicate", replicate)
    return calls


def study(**settings) -> Calibration:
    return Calibration(workers=Workers(1), **settings)


def test_more_truths_add_to_those_that_are_stored(made, tmp_path):
    def run(repeats):
        asked = study(problems=("network",), methods=("nuts", "exact"), repeats=repeats)
        return asked.run(tmp_path / "calibration", fresh=False, console=Console(quiet=True))

    run(2)
    assert made == [("network", "nuts", 0), ("network", "nuts", 1)]  # whose posterior is not known in closed form
    made.clear()
    result = run(3)
    assert made == [("network", "nuts", 2)]
    assert result.part("ranks").sizes["replicate"] == 3
    assert "--repeats 3" in json.loads((tmp_path / "calibration/study.json").read_text())["command"]


def test_a_failing_fit_costs_no_other_and_is_told_after_the_report(made, tmp_path):
    asked = study(problems=("tomography/gp",), repeats=3)
    with pytest.raises(InputError, match=r"hmc of tomography/gp, replicate 1: no start"):
        asked.run(tmp_path / "calibration", fresh=False, console=Console(quiet=True))
    assert len(made) == 3 * 4
    assert (tmp_path / "calibration/report.html").is_file()


def test_point_estimates_are_refused_before_anything_is_fitted(made, tmp_path):
    with pytest.raises(InputError, match="got mlp"):
        study(methods=("nuts", "mlp")).run(tmp_path / "calibration", fresh=False, console=Console(quiet=True))
    assert not made


def test_problems_change_settings_and_quick_ones_do_not():
    assert study().config("network", "hmc") == HmcConfig(draws=800, thin=1)
    assert study().config("tomography/gp", "hmc") == HmcConfig(draws=1500, thin=1)
    assert study(quick=True).config("tomography/gp", "hmc") == HmcConfig(warmup=300, draws=200, thin=1)


def test_the_network_has_few_rows():
    few = calibration.few_rows(50)
    parts = few["split"].values.tolist()
    assert (parts.count("train"), parts.count("test")) == (50, 40)
    assert few.attrs["checksum"] != calibration.few_rows(60).attrs["checksum"]
