"""Which methods a study uses: those that it names, without what its data do not allow."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from bayesnet import METHODS, Network
from bayesnet.problems.okada import Slip
from data import InputError
from studies.inputs import STUDY as INPUTS
from studies.rupture import STUDY
from studies.study import possible_methods


def possible(study, data):
    console = Console(file=io.StringIO())
    methods = possible_methods(study.methods, study.optional, study.problem, data, study.seed, console)
    return methods, console.file.getvalue()


def test_a_method_that_the_data_do_not_allow_is_left_out_with_a_line(catalogue):
    methods, said = possible(STUDY, catalogue)
    assert methods == tuple(method for method in STUDY.methods if method != "physics")
    assert said.startswith("physics is left out: expected the features sxy")
    assert len(said.splitlines()) == 1


def test_a_method_that_is_asked_for_by_name_is_refused(catalogue):
    asked = STUDY.with_options({"methods": ("mlp", "physics")})
    with pytest.raises(InputError, match="physics: expected the features sxy"):
        possible(asked, catalogue)
    methods, said = possible(asked.with_options({"methods": ("mlp",)}), catalogue)
    assert methods == ("mlp",)
    assert not said


def test_a_baseline_of_a_problem_without_classes_is_refused(catalogue):
    with pytest.raises(InputError, match="logistic: a baseline fits classes only"):
        possible(replace(STUDY, problem=Slip(), methods=("logistic",), optional=()), catalogue)


def test_every_rupture_run_has_baselines_before_the_networks():
    places = [list(METHODS).index(method) for method in STUDY.methods]
    assert places == sorted(places)
    assert [METHODS[method].baseline for method in STUDY.methods[:3]] == [True] * 3
    assert set(STUDY.optional) <= set(STUDY.methods)


def test_the_same_network_is_given_each_kind_of_input():
    problems = {run: study.problem for run, study in INPUTS.studies().items()}
    assert problems == {inputs: Network(inputs=inputs) for inputs in ("raw", "physical", "both")}
