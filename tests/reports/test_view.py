"""Every view draws what it can, whatever the names of inputs, the methods and the width of the network."""

import math
import re

import pytest

from bayesnet import Network
from reports.content import Section
from reports.page import render
from reports.view import csv, find, fits_of, methods_of, view_named, views_of
from tests.reports.made import made_result

SLOW = pytest.mark.slow
OF_RUPTURES = ("plane", "importance_combinations")  # parts that other catalogues do not have
MANY = [f"input_{i}_of_many_{'x' * i}" for i in range(20)]
HOSTILE = [
    "<script>alert(1)</script>",
    "$x_1 & y$",
    "a, b",
    "=1+1 \N{VOLCANO}",
    "a_very_long_name_of_an_input_that_no_axis_has_room_for",
]


def shown(result) -> dict[str, Section | None]:
    """What each view of a result shows."""
    return {name: view.show(result) for name, view in views_of(result).items()}


def every(section: Section, kind: str) -> list:
    """Tables or images of a section and of its details."""
    return [*getattr(section, kind), *(one for part in section.details for one in every(part, kind))]


def text_of(section: Section) -> str:
    """All that a section says outside of its pictures."""
    tables = [cell for table in every(section, "tables") for row in (table.header, *table.rows) for cell in row]
    notes = [table.note for table in every(section, "tables")]
    captions = [text for one in every(section, "images") for text in (one.title, one.caption, one.alt)]
    return "\n".join([section.title, *section.paragraphs, *section.notices, *tables, *notes, *captions])


@pytest.fixture(scope="module")
def result():
    return made_result(["mlp", "advi", "nuts"])


@pytest.mark.heavy
def test_every_part_of_a_whole_run_is_shown(result, undrawn):
    absent = [name for name, section in shown(result).items() if section is None]
    # the first two are for the head of the page; elpd and so stacking were not computed here; there is a single sampler
    assert absent == ["doubt", "paper", *OF_RUPTURES, "elpd", "stacking", "samplers"]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("names", "hidden"),
    [
        (HOSTILE, 3),
        *(pytest.param(names, hidden, marks=SLOW) for names, hidden in ((["only"], 1), (MANY, 2), (MANY, 48))),
    ],
)
def test_other_catalogues_and_networks(names, hidden, undrawn):
    found = shown(made_result(["mlp", "nuts", "my_own_method"], names=names, hidden=hidden, unit=""))
    for name, section in found.items():
        if section is not None:
            assert not re.search(r"\bnan\b|\binf\b", text_of(section), re.IGNORECASE), name


@pytest.mark.slow
@pytest.mark.parametrize("names", [HOSTILE, MANY])
def test_figures_of_other_catalogues_can_be_drawn(names):
    sections = [one for one in shown(made_result(["mlp", "nuts"], names=names)).values() if one is not None]
    assert all(image.address for section in sections for image in every(section, "images"))


@pytest.mark.heavy
@pytest.mark.parametrize(
    "methods", [["mlp"], ["nuts"], *(pytest.param(methods, marks=SLOW) for methods in (["advi"], ["mlp", "advi"]))]
)
def test_any_methods_make_a_page_and_a_verdict(methods, undrawn):
    result = made_result(methods)
    views = views_of(result).values()
    said = [
        str(sentence)
        for view in views
        for sentence in (*view.verdict(result), *(check.said for check in view.checks(result)))
    ]
    assert said
    for text in (*said, *(text_of(section) for section in shown(result).values() if section is not None)):
        assert not re.search(r"\bnan\b|\binf\b", text, re.IGNORECASE), text


@pytest.mark.heavy
def test_of_many_inputs_the_page_shows_some_and_says_so(monkeypatch, undrawn):
    by_input = ("alone", "inputs", "importance", "importance_groups", "uncertainty", "catalogue")
    monkeypatch.setattr(Network, "parts", {"Inputs": by_input, "Fits": ("cost", "diagnostics")})
    result = made_result(["mlp"], names=[f"x{i}" for i in range(120)])
    page = render(result)
    assert "The catalogue has 120 inputs" in page
    leading = set(result.part("inputs")["feature"].values.tolist())
    assert len(leading) == 20
    shown = set(re.findall(r"\bx\d+\b", page))
    partners = set(re.findall(r"\bx\d+\b", " ".join(result.part("importance_groups")["group"].values)))
    assert shown == leading | partners


def test_values_are_found_by_part_and_selection(result):
    assert methods_of(result) == ["nuts", "mlp", "advi"]  # the reference first
    assert fits_of(result)[0] == {"method": "nuts"}
    where = {"method": "nuts", "metric": "f1"}
    assert find(result, "scores", "value", where) == float(result.parts["scores"]["value"].sel(where))
    absent = (("none", "value", {}), ("scores", "none", {}), ("scores", "value", {"method": "x"}))
    assert all(math.isnan(find(result, *what)) for what in absent)
    assert csv(result, "scores", "metric") == ""  # no such file


def test_a_view_is_found_by_the_name_of_its_part():
    assert view_named("scores").columns
    with pytest.raises(ModuleNotFoundError):
        view_named("nothing")
