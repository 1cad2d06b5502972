import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
import xarray as xr
from rich.console import Console

import bayesnet
from data.audit import audit
from data.files import write_text
from reports.figures import fits_of
from reports.page import build_report
from reports.summary import summarise, summary_table
from reports.tables import write_tables
from studies.grid import compare_folders
from studies.study import Study

HOSTILE = "<b>&\"'"


@pytest.fixture(scope="session")
def stored_run(fits, comparison, catalogue, tmp_path_factory) -> Path:
    """The folder of a small run, with the files that `studies.study.Study.run` writes."""
    folder = tmp_path_factory.mktemp("run")
    study = Study(name="rupture", question="Who predicts, who knows?", catalogue="logistic", quick=True)
    comparison = comparison.copy()
    comparison.attrs |= {"study": json.dumps(asdict(study)), "fits": fits_of(fits), **bayesnet.provenance()}
    bayesnet.save(xr.DataTree(catalogue), folder / "catalogue.nc")
    bayesnet.save(comparison, folder / "comparison.nc")
    for name, fit in fits.items():
        bayesnet.save(fit, folder / f"{name}.nc")
    summary = summarise(comparison, study=study.name, quick=study.quick, seed=study.seed)
    write_text(json.dumps([finding.to_dict() for finding in audit(catalogue)]), folder / "audit.json")
    write_text(summary_table(summary).to_csv(), folder / "summary.csv")
    write_tables(comparison, folder / "tables")
    return folder


@pytest.fixture(scope="session")
def run_page(stored_run) -> Path:
    """The report of the small run."""
    return build_report(stored_run)


@pytest.fixture(scope="session")
def stored_runs(stored_run, tmp_path_factory) -> Path:
    """The folder of that run held against a copy of itself with a hostile name."""
    here = tmp_path_factory.mktemp("runs")
    runs = {"first": stored_run, HOSTILE: shutil.copytree(stored_run, here / "other")}
    study = {"name": "both", "question": "Is it itself?", "command": "bayesnet compare first other --out both"}
    compare_folders(runs, here / "both", study, console=Console(quiet=True))
    return here / "both"
