"""The benchmark as a study: what it stores, and what it uses again."""

import json
from importlib import import_module

import pytest
from rich.console import Console

from bayesnet.speed import pieces as listed
from studies.speed import SpeedStudy
from tests.bayesnet.speed.made import SAMPLERS, gradients, growth, predictions, sampler


@pytest.fixture
def measured(monkeypatch) -> list[str]:
    """What was measured, in its order; nothing is measured in truth."""
    made = []

    def measure(name, dataset):
        def of(**settings):
            made.append(settings.get("sampler", name))
            return dataset(settings)

        monkeypatch.setattr(import_module(f"bayesnet.speed.{name}"), "measure", of)

    measure("gradients", lambda _: gradients())
    measure("predictions", lambda _: predictions())
    measure("growth", lambda _: growth())
    measure("samplers", lambda settings: sampler(SAMPLERS[settings["sampler"]]))
    monkeypatch.setattr(listed, "find_spec", lambda name: None if name == "numpyro" else name)
    return made


@pytest.mark.heavy
def test_pieces_are_measured_in_turns_stored_and_used_again(measured, tmp_path, capsys):
    study, folder, console = SpeedStudy(quick=True), tmp_path / "speed", Console(width=200)
    study.run(folder, fresh=False, console=console)
    first, second = ["hmc", "nuts", "nutpie", "pymc"], ["nuts", "nutpie", "pymc", "hmc"]
    assert measured == ["gradients", "predictions", "growth", *first, *second, "nutpie", "pymc", "hmc", "nuts"]
    assert "left out, because not installed: numpyro" in capsys.readouterr().out
    assert {"targets.nc", "samplers.nc", "hmc_2.nc", "report.html"} <= {path.name for path in folder.iterdir()}
    assert json.loads((folder / "study.json").read_text())["quick"]
    measured.clear()
    (folder / "nuts_1.nc").unlink()
    study.run(folder, fresh=False, console=console)
    assert measured == ["nuts"]
