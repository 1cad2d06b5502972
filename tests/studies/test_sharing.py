"""A comparison and a page that several processes make are those that one process makes."""

import io
from dataclasses import replace

import pytest
import xarray as xr
from rich.console import Console

import bayesnet
from bayesnet.results import fits_made, read_result
from data import InputError, workers
from data.workers import Workers
from reports.page import render
from studies.question import finish
from studies.rupture import STUDY
from studies.sharing import helpers, shared_parts, shared_sections
from studies.study import Study
from tests.studies.command import call

METHODS = ("mlp", "nuts")


@pytest.fixture
def two_processors(monkeypatch):
    monkeypatch.setattr(workers, "CPU_COUNT", 2)


def test_one_process_has_no_helpers(two_processors):
    for where, most in ((Workers(1), 8), (Workers(), 1)):
        with helpers(where, most) as none:
            assert none is None
    with helpers(Workers(), 2) as made:
        assert made is not None


def test_helpers_are_of_this_machine(two_processors):
    with helpers(Workers(scheduler="tcp://there:8786"), 2) as made:
        assert list(made.outcomes([])) == []
    with pytest.raises(InputError, match="made on this machine, got the cluster tcp://there:8786"):
        STUDY.with_options({"workers": Workers(scheduler="tcp://there:8786")})
    assert STUDY.with_options({"workers": Workers(2)}).workers == Workers(2)


def test_the_command_line_takes_every_processor_and_a_script_one(monkeypatch):
    taken = []

    def run(study, *_, **__):
        taken.append(study.workers)
        raise InputError("this is all")

    monkeypatch.setattr(Study, "run", run)
    assert call("run", "rupture") == call("run", "rupture", "--workers", 3) == 2
    assert taken == [Workers(), Workers(3)]
    assert STUDY.workers == Workers(1)


@pytest.mark.heavy
def test_two_processes_make_the_same_parts_and_the_same_page(fits, catalogue, tmp_path, two_processors):
    some, told = {name: fits[name] for name in METHODS}, []
    bayesnet.save(xr.DataTree(catalogue), tmp_path / "data.nc")
    for name, fit in some.items():
        bayesnet.save(fit, tmp_path / f"{name}.nc")
    alone = bayesnet.compare(some, catalogue, seed=2)
    about = Study(name="rupture", question="Who knows?", data="logistic").described() | {"methods": list(METHODS)}
    with helpers(Workers(2), 2) as made:
        given = shared_parts(some, tmp_path, 2, made, told.append)
        xr.testing.assert_identical(bayesnet.compare(some, catalogue, seed=2, given=given), alone)
        alone.attrs["fits"] = fits_made(some)
        finish(tmp_path, about, alone, Console(file=io.StringIO()))
        result = read_result(tmp_path)
        sections = shared_sections(result, made)
    assert set(given) <= set(alone.children)
    assert told[-1] == f"{len(given)} of {len(given)} parts"
    assert render(result, sections) == render(result)
    assert any(section is not None and section.images for section in sections.values())
    with pytest.raises(InputError, match="must hold"), helpers(Workers(2), 2) as made:
        shared_sections(replace(result, folder=tmp_path / "none"), made)
