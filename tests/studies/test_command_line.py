import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib import import_module

import pytest

import bayesnet
from bayesnet import Network
from bayesnet.methods import PLACES
from studies import QUESTIONS, rupture
from studies.question import default_folder
from tests.studies.command import REPORT, call, without


@pytest.fixture
def small(monkeypatch):
    """Only the MLP is quick enough to run here again and again; the others are run once, small, in conftest."""
    monkeypatch.setitem(PLACES, "advi", PLACES["mlp"])


@pytest.mark.heavy
def test_a_run_stores_everything_and_uses_it_again(csv, tmp_path, capsys, small, undrawn, monkeypatch):
    out = tmp_path / "out"
    words = ("run", "rupture", "--data", csv, "--label", "broke", "--methods", "mlp,advi", "--quick", "--out", out)
    words += ("--workers", "1")  # processes of their own would compare with the real ADVI
    assert call(*words) == 0
    assert "QUICK" in capsys.readouterr().out
    names = {path.name for path in out.iterdir()}
    assert names == {
        "files.json",
        "data.nc",
        "audit.json",
        "mlp.nc",
        "advi.nc",
        "comparison.nc",
        "report.html",
        "summary.json",
        "summary.csv",
        "study.json",
        "tables",
    }
    summary = json.loads((out / "summary.json").read_text())
    assert summary["quick"] is True
    assert summary["data"] == {"name": "faults", "n_train": 96, "n_test": 24}
    made = (out / "mlp.nc").stat().st_mtime_ns
    monkeypatch.setattr(REPORT, without)

    assert call(*words) == 0
    assert "mlp: stored fit of" in capsys.readouterr().out
    assert (out / "mlp.nc").stat().st_mtime_ns == made
    assert json.loads((out / "summary.json").read_text()) == summary

    assert call(*words, "--fresh") == 0
    assert (out / "mlp.nc").stat().st_mtime_ns > made
    again = json.loads((out / "summary.json").read_text())
    for method in ("mlp", "advi"):  # all but the seconds is the same for the same seed
        del again["methods"][method]["seconds"], summary["methods"][method]["seconds"]
    assert again == summary


@pytest.fixture(scope="module")
def finished(csv, tmp_path_factory):
    """The folder of a run of one method, and the command that made it."""
    out = tmp_path_factory.mktemp("results") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(REPORT, without)
        words = ("run", "rupture", "--data", csv, "--label", "broke", "--methods", "logistic", "--out")
        assert call(*words, out) == 0
    return out, words


@pytest.mark.heavy
@pytest.mark.parametrize("damaged", [False, True])
def test_a_fit_of_other_settings_or_a_damaged_one_is_made_again(damaged, finished, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(REPORT, without)
    made, words = finished
    out = shutil.copytree(made, tmp_path / "out")
    if damaged:
        (out / "logistic.nc").write_bytes(b"no netcdf")
    assert call(*words, out, *(() if damaged else ("--seed", 1, "--fresh"))) == 0
    said = capsys.readouterr().out
    assert "stored fit" not in said
    assert ("logistic.nc must be as it was stored, got a file that does not match its checksum" in said) == damaged
    fit = bayesnet.load(out / "logistic.nc")
    assert (fit.attrs["method"], fit.attrs["seed"], fit.attrs["quick"]) == ("logistic", 0 if damaged else 1, 0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "ruptures"), "no study 'ruptures'; known studies: rupture"),
        (
            ("run", "rupture", "--methods", "mlp,gibbs"),
            "no method 'gibbs'; known methods: majority, logistic, physics, mlp",
        ),
        (("run", "rupture", "--data", "nowhere"), "no catalogue or file 'nowhere'"),
        (("run", "rupture", "--data", "CSV"), "no label column 'label'"),
        (("run", "rupture", "--data", "CSV", "--label", "broke", "--balance", "smote"), "none, upsample, weight"),
        (("data", "fetch", "nothing"), "no catalogue 'nothing'"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(words, message, csv, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call(*(csv if word == "CSV" else word for word in words)) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert not (tmp_path / "results").exists()


def test_what_needs_no_fit_loads_nothing_that_fits():
    heavy = "{'pymc', 'pytensor', 'arviz', 'xarray', 'pandas', 'numpy', 'sklearn', 'scipy', 'matplotlib', 'numba'}"
    calls = [["studies"], ["data", "list"], ["run", "--help"], ["run", "rupture", "--methods", "gibbs"]]
    code = (
        f"import sys; from studies.__main__ import main\nfor words in {calls}:\n"
        "    try: main(words)\n    except SystemExit: pass\n"
        f"    print(sorted({heavy} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines().count("[]") == len(calls)


def test_every_study_has_a_file_of_its_name_and_its_question():
    for name, question in QUESTIONS.items():
        study = import_module(f"studies.{name}").STUDY
        assert (study.name, study.question) == (name, question)


def test_lists(capsys):
    assert call("studies") == 0
    assert call("data", "list") == 0
    text = capsys.readouterr().out
    assert "rupture" in text
    assert "ahamed2019-published" in text


def test_runs_that_differ_get_folders_that_differ():
    base = rupture.STUDY
    assert default_folder(base, base).as_posix() == "results/rupture"
    folders = {
        default_folder(replace(base, **change), base).as_posix()
        for change in (
            *({"quick": True}, {"data": "x/faults.csv"}, {"seed": 3}, {"problem": Network(balance="upsample")}),
            *({"methods": ("mlp", "advi")}, {"label": "broke"}),
        )
    }
    assert folders == {
        "results/rupture-quick",
        "results/rupture-faults",
        "results/rupture-seed-3",
        "results/rupture-balance-upsample",
        "results/rupture-methods-mlp-advi",
        "results/rupture-label-broke",
    }


@pytest.mark.slow
@pytest.mark.parametrize("method", ["advi", "nuts"])
def test_an_interrupted_run_keeps_its_finished_fits(method, csv, tmp_path):
    out = tmp_path / "out"
    words = ["run", "rupture", "--data", csv, "--label", "broke", "--methods", f"mlp,{method}", "--out", out]
    words += ["--quick"] if method == "advi" else []  # of NUTS there would be too little left to interrupt
    process = subprocess.Popen(
        [sys.executable, "-m", "studies", *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    while not (out / "mlp.nc").exists():
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(1)  # into the compilation or the sampling of the next method
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 130, output
    assert "interrupted; what is finished is kept" in output
    assert sorted(path.name for path in out.iterdir()) == ["audit.json", "data.nc", "files.json", "mlp.nc"]
    assert bayesnet.load(out / "mlp.nc").attrs["method"] == "mlp"
