import json
import shutil
from pathlib import Path

import pytest
import xarray as xr
from rich.console import Console

import bayesnet
from bayesnet.contract import Result
from bayesnet.results import fits_made, read_result
from data.audit import audit
from data.files import write_text
from reports.page import build_report
from studies.grid import compare_folders, compared
from studies.question import finish
from studies.study import Study
from tests.conftest import draw_nothing

HOSTILE = "<b>&\"'"


@pytest.fixture(scope="session")
def stored_run(fits, comparison, catalogue, once) -> Path:
    """The folder of a small run, with the files that `studies.study.Study.run` writes; its figures are not drawn."""
    return once("run", lambda folder: _store_run(fits, comparison, catalogue, folder))


@pytest.fixture(scope="session")
def drawn_run(stored_run, once) -> Path:
    """The same with its figures."""
    return once("drawn-run", lambda here: build_report(shutil.copytree(stored_run, here / "run"))) / "run"


def _store_run(fits, comparison, catalogue, folder: Path) -> None:
    study = Study(name="rupture", question="Who predicts, who knows?", data="logistic", quick=True)
    stored = study.described() | {"methods": list(fits)}
    comparison = comparison.copy()
    comparison.attrs |= {"fits": fits_made(fits)}
    bayesnet.save(xr.DataTree(catalogue), folder / "data.nc")
    for name, fit in fits.items():
        bayesnet.save(fit, folder / f"{name}.nc")
    write_text(json.dumps([finding.to_dict() for finding in audit(catalogue)]), folder / "audit.json")
    with pytest.MonkeyPatch.context() as patch:
        draw_nothing(patch)
        finish(folder, stored, comparison, Console(quiet=True))


@pytest.fixture(scope="session")
def result(stored_run) -> Result:
    """The results of the small run; to be copied before they are changed."""
    return read_result(stored_run)


@pytest.fixture(scope="session")
def run_page(stored_run) -> Path:
    """The report of the small run, without its figures."""
    return stored_run / "report.html"


@pytest.fixture(scope="session")
def stored_runs(stored_run, once) -> Path:
    """The folder of that run compared with a copy of itself that has a hostile name; its figures are not drawn."""

    def compare(here: Path) -> None:
        runs = {"first": stored_run, HOSTILE: shutil.copytree(stored_run, here / "other")}
        study = compared("both", "Is it itself?", "bayesnet compare first other --out both", 0)
        with pytest.MonkeyPatch.context() as patch:
            draw_nothing(patch)
            compare_folders(runs, here / "both", study, console=Console(quiet=True))

    return once("runs", compare) / "both"


@pytest.fixture(scope="session")
def drawn_runs(stored_runs, once) -> Path:
    """The same with its figures."""

    def draw(here: Path) -> None:
        build_report(shutil.copytree(stored_runs.parent, here / "runs") / "both")

    return once("drawn-runs", draw) / "runs" / "both"


@pytest.fixture(scope="session")
def runs_result(stored_runs) -> Result:
    """The results of the comparison of both; to be copied before they are changed."""
    return read_result(stored_runs)
