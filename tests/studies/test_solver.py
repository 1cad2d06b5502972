"""The study of the rupture solver: what it stores, what it uses again, and what a break leaves behind."""

import json
import shutil

import pandas as pd
import pytest
from rich.console import Console

import studies.pieces
from bayesnet.store import load
from data.rupture.verification import speed
from data.rupture.verification.pieces import PIECES
from studies.solver import SolverStudy
from tests.conftest import SMALL_PIECES

pytestmark = pytest.mark.heavy

NAMES = [piece.name for piece in PIECES]
# what a study of any size writes as tables; a film is one only where it is as short as here
TABLES = {
    "barrier-height",
    "checks-check",
    "energy-cfl-noise-step",
    "exact-angle-spacing",
    "exact-time",
    *(f"labels-{dims}" for dims in ("differing-resolution", "quantity", "remade", "row", "row-parameter")),
    "operators-nodes",
    *(f"ruptures-rupture{dims}" for dims in ("", "-parameter", "-time-x", "-x")),
    "speed-resolution",
    *(f"tpv205-{dims}" for dims in ("quantity", "resolution", "resolution-station", "resolution-x")),
}
FILM = "ruptures-rupture-time-row-column"


@pytest.fixture
def folder(solver_study, tmp_path, monkeypatch):
    """A copy of the small study to run again."""
    monkeypatch.setattr(studies.solver, "PIECES", SMALL_PIECES)
    return shutil.copytree(solver_study, tmp_path / "study")


def run(folder, capsys, *, seed=0, fresh=False) -> list[str]:
    """Run the small study again, and return what it prints."""
    SolverStudy(seed=seed, quick=True).run(folder, fresh=fresh, console=Console(width=200))
    return capsys.readouterr().out.splitlines()


def test_everything_is_stored(solver_study):
    files = {path.name for path in solver_study.iterdir()}
    assert files == {
        *(f"{name}.nc" for name in (*NAMES, "checks")),
        "files.json",
        "study.json",
        "report.html",
        "tables",
    }
    assert {path.stem for path in (solver_study / "tables").iterdir()} == TABLES | {FILM}
    study = json.loads((solver_study / "study.json").read_text())
    assert list(study["pieces"]) == [*NAMES, "checks"]
    own = {"name": "solver", "question": SolverStudy.question, "seed": 0, "quick": True}
    assert study.items() >= (own | {"settings": own}).items()


def test_checks_are_told_as_numbers_and_as_a_table(solver_study):
    checks = load(solver_study / "checks.nc").to_dataset()
    table = pd.read_csv(solver_study / "tables" / "checks-check.csv")
    assert checks["passed"].values.tolist() == table["passed"].tolist()
    assert checks["name"].values.tolist() == table["name"].tolist()
    passed = table.set_index(["subject", "name"])["passed"]
    assert passed["operator", "largest residual of summation by parts"]
    assert passed["locked bump", "largest growth of energy in a time step, over the initial energy"]
    share = pd.read_csv(solver_study / "tables" / "labels-quantity.csv", index_col="quantity")["agreement"]
    assert 0 <= share["lower"] <= share["share"] <= share["upper"] <= 1


def test_stored_pieces_are_used_again_and_make_the_same_page(folder, capsys):
    before = (folder / "report.html").read_text()
    *pieces, _, _ = run(folder, capsys)  # then the line of the files and that of the checks
    assert [line.split(" of ")[0] for line in pieces] == [f"{name}: stored piece" for name in NAMES]
    assert (folder / "report.html").read_text() == before


def test_another_seed_makes_again_only_what_depends_on_it(folder, capsys, monkeypatch):
    monkeypatch.setattr(studies.pieces, "finish", lambda *_: None)
    record = json.loads((folder / "files.json").read_text())
    record["made_by"]["seed"] = 1  # else other settings are refused without --fresh, which measures all anew
    (folder / "files.json").write_text(json.dumps(record))
    again = [line.split(":")[0] for line in run(folder, capsys, seed=1)[:-1] if "stored piece" not in line]
    assert again == ["energy", "labels"]


def test_a_break_keeps_what_is_finished_and_a_damaged_piece_is_made_again(folder, capsys, monkeypatch):
    def stop(**_):
        raise KeyboardInterrupt

    (folder / "operators.nc").write_bytes(b"no netcdf")
    (folder / "speed.nc").unlink()
    monkeypatch.setattr(speed, "measure", stop)
    with pytest.raises(KeyboardInterrupt):
        run(folder, capsys)
    assert load(folder / "operators.nc").attrs["settings"] == json.dumps({"nodes": [41, 81, 161, 321]})
    assert not (folder / "speed.nc").exists()
