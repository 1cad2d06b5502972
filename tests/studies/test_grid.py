import json
import shutil
from dataclasses import replace
from importlib import import_module

import pandas as pd
import pytest

import bayesnet
from bayesnet import Network
from bayesnet.methods import METHODS, mlp
from data import InputError
from data.workers import Workers
from reports.page import build_report
from studies import QUESTIONS, labels, width
from studies.grid import Grid, names_of
from studies.question import default_folder
from tests.studies.command import REPORT, call, without


def grid(csv) -> Grid:
    """Two widths, by the one method that is quick enough to run here again and again."""
    changes = {f"hidden-{units}": {"problem": Network(hidden=units)} for units in (3, 1)}
    own = {"methods": ("mlp",), "quick": True, "workers": Workers(1)}
    return Grid("widths", "How wide?", changes, data=str(csv), label="broke", **own)


@pytest.fixture(scope="module")
def finished(csv, tmp_path_factory):
    """The folder of a study of two runs."""
    folder = tmp_path_factory.mktemp("results") / "widths"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(REPORT, without)
        grid(csv).run(folder)
    build_report(folder)
    return folder


def test_a_study_of_several_runs_stores_each_and_their_comparison(finished):
    assert {path.name for path in finished.iterdir()} == {
        *("hidden-3", "hidden-1", "tables"),
        *("comparison.nc", "files.json", "report.html", "study.json", "summary.csv", "summary.json"),
    }
    for units in (3, 1):
        assert (finished / f"hidden-{units}" / "tables" / "scores-metric.csv").is_file()
        assert Network.of(bayesnet.load(finished / f"hidden-{units}" / "mlp.nc")).hidden == units
    summary = pd.read_csv(finished / "summary.csv", index_col=["run", "method"])
    for units in (3, 1):
        alone = json.loads((finished / f"hidden-{units}" / "summary.json").read_text())["methods"]["mlp"]
        assert summary.loc[(f"hidden-{units}", "mlp"), "accuracy"] == pytest.approx(alone["accuracy"])
    comparison = bayesnet.load(finished / "comparison.nc")
    assert comparison.attrs["baseline"] == "hidden-3"


@pytest.mark.heavy
def test_a_study_names_the_run_that_others_are_compared_with(finished, csv, tmp_path, monkeypatch):
    monkeypatch.setattr(REPORT, without)
    folder = shutil.copytree(finished, tmp_path / "widths")
    replace(grid(csv), baseline="hidden-1").run(folder)
    comparison = bayesnet.load(folder / "comparison.nc")
    assert comparison.attrs["baseline"] == "hidden-1"
    assert comparison["scores"]["run"].values.tolist() == ["hidden-3", "hidden-1"]


@pytest.mark.heavy
def test_an_interrupted_study_goes_on_where_it_stopped(csv, tmp_path, monkeypatch):
    monkeypatch.setattr(REPORT, without)
    whole, fits = mlp.METHOD.fit, []

    def interrupted(network, *rest):
        fits.append(network.hidden)
        if network.hidden == 1 and len(fits) == 2:
            raise KeyboardInterrupt
        return whole(network, *rest)

    monkeypatch.setattr(mlp, "METHOD", replace(mlp.METHOD, fit=interrupted))
    with pytest.raises(KeyboardInterrupt):
        grid(csv).run(tmp_path)
    assert not (tmp_path / "comparison.nc").exists()
    grid(csv).run(tmp_path)
    assert fits == [3, 1, 1]
    assert (tmp_path / "comparison.nc").is_file()


@pytest.mark.heavy
def test_a_fit_that_another_study_made_is_used(csv, tmp_path, monkeypatch):
    monkeypatch.setattr(REPORT, without)
    monkeypatch.chdir(tmp_path)
    study = grid(csv).studies()["hidden-3"]
    study.run(tmp_path / "results" / "one")
    monkeypatch.setattr(mlp, "METHOD", replace(mlp.METHOD, fit=None))
    study.run(tmp_path / "results" / "two")  # there is nothing to fit with
    first, second = (bayesnet.load(tmp_path / "results" / name / "mlp.nc") for name in ("one", "two"))
    assert first.attrs == second.attrs


def test_the_report_is_built_again_from_the_files(finished, tmp_path, capsys):
    folder = shutil.copytree(finished, tmp_path / "elsewhere")
    before = (folder / "report.html").read_text()
    (folder / "report.html").unlink()
    assert call("report", folder) == 0
    assert (folder / "report.html").read_text() == before


def test_a_damaged_file_is_named_in_one_line_with_exit_code_two(finished, tmp_path, capsys):
    run = shutil.copytree(finished / "hidden-1", tmp_path / "run")
    content = bytearray((run / "comparison.nc").read_bytes())
    content[len(content) // 2] ^= 1
    (run / "comparison.nc").write_bytes(content)
    for words in (("report", run), ("compare", run, finished / "hidden-3", "--out", tmp_path / "both")):
        capsys.readouterr()
        assert call(*words) == 2
        said = capsys.readouterr().err
        assert f"{run / 'comparison.nc'} must be as it was stored" in said
        assert said.count("\n") == 1


def test_finished_runs_are_compared_by_the_command_line(finished, tmp_path, capsys):
    out = tmp_path / "both"
    assert call("compare", finished / "hidden-1", finished / "hidden-3", "--out", out) == 0
    assert bayesnet.load(out / "comparison.nc").attrs["baseline"] == "hidden-1"
    there = bayesnet.load(finished / "comparison.nc")["changes"]["difference"]
    here = bayesnet.load(out / "comparison.nc")["changes"]["difference"]
    pair = {"run": "hidden-1", "other": "hidden-3"}
    assert here.sel(pair).values == pytest.approx(there.sel(pair).values)
    assert "report.html" in capsys.readouterr().out


def test_what_cannot_be_compared_is_one_line_and_exit_code_two(finished, tmp_path, capsys):
    other = shutil.copytree(finished / "hidden-1", tmp_path / "other") / "mlp.nc"
    fit = bayesnet.load(other)
    fit["predictions_constant_data"]["label"][:] = 1
    bayesnet.save(fit, other)
    run = finished / "hidden-1"
    for words, message in (
        ((run, tmp_path / "other", "--out", tmp_path / "out"), "same test rows"),
        ((run, tmp_path / "none", "--out", tmp_path / "out"), "got no study.json there; make one with"),
        (
            (run, finished, "--out", tmp_path / "out"),
            f"must hold one finished run, got those of a whole study; its runs are {finished / 'hidden-3'}",
        ),
        ((run, "--out", tmp_path / "out"), "at least 2 runs are needed, got 1"),
        ((run, run, "--out", tmp_path / "out"), "each run must be given once"),
        ((run, finished / "hidden-3", "--out", run), "--out must be a folder of its own"),
        ((run, finished / "hidden-3", "--out", finished), f"{finished} holds results of"),
    ):
        capsys.readouterr()
        assert call("compare", *words) == 2
        captured = capsys.readouterr()
        assert message in captured.err
        assert captured.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_setting_in_which_the_runs_differ_cannot_be_chosen(capsys):
    assert call("run", "labels", "--data", "rupture2d") == 2
    assert "labels leaves no choice of data, got 'rupture2d'" in capsys.readouterr().err
    assert labels.STUDY.with_options({"seed": 4}).studies()["published"].seed == 4


def test_a_run_of_a_study_can_be_run_alone(capsys):
    assert call("run", "width/hidden-5") == 2
    assert "no run 'hidden-5' in width; it has: hidden-4, hidden-8, hidden-12" in capsys.readouterr().err
    run = width.STUDY.studies()["hidden-4"]
    assert run.problem == Network(hidden=4)
    assert default_folder(run, run).as_posix() == "results/width/hidden-4"


def test_every_study_states_runs_that_can_be_made():
    for study in (import_module(f"studies.{name}").STUDY for name in QUESTIONS):
        for name, run in study.studies().items():
            assert run.name == f"{study.name}/{name}"
            assert set(run.methods) <= set(METHODS)
            if "mlp" in run.methods:
                assert run.problem.activation in ("relu", "tanh", "sigmoid")


def test_short_names_of_folders(tmp_path):
    a, b = tmp_path / "x" / "run", tmp_path / "y" / "run"
    assert list(names_of([a, b])) == ["x/run", "y/run"]
    assert list(names_of([tmp_path / "p", tmp_path / "q"])) == ["p", "q"]
    with pytest.raises(InputError, match="each run must be given once"):
        names_of([a, a])
