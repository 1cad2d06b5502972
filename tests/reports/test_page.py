import hashlib
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import bayesnet
from data import InputError, make_catalogue
from reports.content import Material
from reports.figures import FIGURES, Run
from reports.page import build_report, read_material, render
from reports.sections.predictions import GAUSSIAN, predictions
from reports.sections.provenance import command_of
from reports.sections.weights import agreement
from reports.words import ABSENT, MINUS, count, duration, fixed, interval, listed, number, percent, unbroken
from tests.reports.markup import every, parsed, words

SECTIONS = ["Verdict", "Data", "Fits", "Predictions", "Agreement", "Weights", "Importance", "Provenance"]
HOSTILE = "<script>alert('1')</script>\"'&amp;"


@pytest.fixture(scope="module")
def tree(run_page):
    return parsed(run_page.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def material(stored_run):
    return read_material(stored_run)


def test_the_sections_stand_in_order_and_in_the_contents(tree):
    assert [words(heading) for heading in every(tree, "h2")] == SECTIONS
    contents = every(every(tree, "nav")[0], "a")
    assert [words(link) for link in contents] == SECTIONS
    anchors = [section.get("id") for section in every(tree, "section")]
    assert [link.get("href") for link in contents] == [f"#{anchor}" for anchor in anchors]


def test_every_id_is_used_once(tree):
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_nothing_is_fetched_from_elsewhere(tree):
    for element in tree.iter():
        for attribute in ("src", "srcset", "data", "action", "poster"):
            assert (element.get(attribute) or "data:").startswith("data:")
    for link in (*every(tree, "link"), *every(tree, "a")):
        assert not re.match(r"\w+://|//", link.get("href"))
    style = words(every(tree, "style")[0])
    assert "url(" not in style
    assert "@import" not in style
    policy = [meta.get("content") for meta in every(tree, "meta") if meta.get("http-equiv")]
    assert policy[0].startswith("default-src 'none'; img-src data:")


def test_links_lead_to_files_beside_the_page(tree, run_page):
    targets = {link.get("href") for link in every(tree, "a") if not link.get("href").startswith("#")}
    assert "tables/scores.csv" in targets
    assert "summary.csv" in targets
    for target in targets:
        assert (run_page.parent / target).is_file(), target


def test_every_figure_has_alt_text_caption_and_size(tree):
    figures = every(tree, "figure")
    assert figures
    for figure in figures:
        (image,) = every(figure, "img")
        (caption,) = every(figure, "figcaption")
        assert len(image.get("alt")) > 20
        assert len(words(caption)) > 40
        assert int(image.get("width")) > 100
    assert len(every(tree, "img")) == len(figures)


def test_the_page_is_small_enough_for_a_mail(run_page):
    assert run_page.stat().st_size < 3_000_000


def test_what_does_not_exist_is_a_dash_and_never_nan(tree):
    cells = [words(cell) for cell in every(tree, "td")]
    assert ABSENT in cells
    assert not [cell for cell in cells if re.search(r"\b(nan|inf|None)\b", cell)]
    for table in every(tree, "table"):
        rows = [len(every(row, "td")) + len(every(row, "th")) for row in every(table, "tr")]
        assert len(set(rows)) == 1


def test_a_quick_run_says_so_first(tree):
    notices = [words(p) for p in every(tree, "p") if p.get("class") == "notice"]
    assert notices[0].startswith("Quick settings")


def test_errors_of_the_audit_are_shown(material):
    error = {"kind": "leakage", "severity": "error", "message": "column a is the label", "suggestion": "drop it"}
    text = render(replace(material, findings=[error]), figures=())
    assert "The audit found an error in the catalogue: column a is the label." in text
    assert "drop it" in text
    assert "No audit of the catalogue is stored" in render(replace(material, findings=None), figures=())


def test_a_gaussian_fit_says_what_its_entropies_are_of(material):
    fits = {name: fit.copy() for name, fit in material.run.fits.items()}
    for fit in fits.values():
        fit.attrs = fit.attrs | {"network": fit.attrs["network"].replace("bernoulli", "gaussian")}
    assert f"The {GAUSSIAN}" in predictions(replace(material, run=replace(material.run, fits=fits))).paragraphs
    assert GAUSSIAN not in " ".join(predictions(material).paragraphs)


def test_files_carry_their_checksums(tree, run_page):
    text = words(every(tree, "body")[0])
    for name in ("nuts.nc", "comparison.nc", "tables/scores.csv"):
        assert hashlib.sha256((run_page.parent / name).read_bytes()).hexdigest() in text
    assert "xr.load_datatree" in text


def test_a_report_is_made_from_the_files_alone(material, stored_run, run_page, tmp_path):
    folder = shutil.copytree(stored_run, tmp_path / "elsewhere")
    assert render(read_material(folder), figures=()) == render(material, figures=())
    assert not list(run_page.parent.glob(".*"))  # no half-written file stays behind


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="must hold a finished run"):
        build_report(tmp_path)


@pytest.fixture(scope="module")
def hostile() -> Material:
    """A run whose names of methods, inputs, units and catalogue are markup."""
    rng = np.random.default_rng(1)
    features = rng.normal(size=(80, 2))
    catalogue = make_catalogue(
        name=HOSTILE,
        features=features,
        label=features[:, 0] + rng.normal(size=80) > 0,
        split=np.repeat(["train", "test"], 40),
        feature_names=[f"{HOSTILE} a", "</table><img src=x onerror=alert(1)>"],
        units=["</td>", '"'],
        source="</style></head>",
        repairs=HOSTILE,
    )
    fit = bayesnet.fit("mlp", bayesnet.Network(hidden=2), catalogue)
    fits = {HOSTILE: fit, "</section>": fit}
    study = {"name": HOSTILE, "question": HOSTILE, "methods": [HOSTILE]}
    run = Run(comparison=bayesnet.compare(fits, catalogue), fits=fits, catalogue=catalogue)
    finding = dict.fromkeys(("kind", "message", "suggestion"), HOSTILE) | {"severity": "error"}
    return Material(run=run, study=study, findings=[finding])


def test_hostile_names_are_text_and_nothing_else(hostile):
    tree = parsed(render(hostile))
    assert len(every(tree, "script")) == 1
    assert len(every(tree, "section")) == len(SECTIONS)
    assert not [image for image in every(tree, "img") if not image.get("src").startswith("data:")]
    assert not [name for element in tree.iter() for name in element.keys() if name.startswith("on")]  # noqa: SIM118
    assert words(every(tree, "title")[0]) == f"{HOSTILE} on {HOSTILE}"
    assert HOSTILE in {words(cell) for cell in every(tree, "th")}


def test_point_estimates_alone_make_a_page(hostile):
    text = words(every(parsed(render(hostile, figures=())), "main")[0])
    assert "Only point estimates were fitted" in text
    assert re.findall(r".*\bnan\b.*", text) == []


def test_a_run_of_fewer_parts_makes_a_page(material):
    """Parts that a comparison does not have are left out of the run_page."""
    optional = ("ceiling", "elpd", "weight_summary", "units", "importance_groups", "joint_log_score", "agreement")
    kept = {name: part.to_dataset() for name, part in material.comparison.children.items() if name not in optional}
    comparison = xr.DataTree.from_dict(kept)
    comparison.attrs = material.comparison.attrs
    parsed(render(replace(material, run=replace(material.run, comparison=comparison)), figures=()))


@pytest.mark.parametrize(("converged", "words_of_it"), [(1, "No method can be asked"), (0, "this is no ceiling")])
def test_chains_are_a_ceiling_only_where_they_converged(material, converged, words_of_it):
    comparison = material.comparison.copy(deep=True)
    comparison["diagnostics"]["converged"].loc[{"method": "nuts"}] = converged
    run = replace(material.run, comparison=comparison)
    *_, chains = agreement(replace(material, run=run)).tables
    assert words_of_it in chains.note
    (figure,) = (spec for spec in FIGURES if spec.name == "agreement")
    assert ("this is no ceiling" in figure.caption(run)) == (not converged)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (number(0.94), "0.940"),
        (number(1172.2), "1172"),
        (number(-0.00123), f"{MINUS}0.00123"),
        (number(0.000012), f"1.2e{MINUS}5"),
        (number(0.0), "0.00"),
        (number(float("nan")), ABSENT),
        (number(float("inf")), ABSENT),
        (number(0.9996, 3), "1.000"),
        (fixed(-0.0001, 2), "0.00"),
        (count(1525.0), "1525"),
        (count(float("nan")), ABSENT),
        (percent(0.9525), "95.3 %"),
        (percent(float("nan")), ABSENT),
        (interval(0.94, 0.915, 0.9625), "0.940 [0.915, 0.963]"),
        (interval(0.5, float("nan"), float("nan")), "0.500"),
        (interval(float("nan"), 0.0, 1.0), ABSENT),
        (interval(0.0, 0.0, 0.0), "0.000 [0.000, 0.000]"),
        (interval(0.026, 0.00043, 0.048), "0.0260 [0.0004, 0.0480]"),
        (interval(-0.026, -0.048, -0.00043), f"{MINUS}0.0260 [{MINUS}0.0480, {MINUS}0.0004]"),
        (interval(0.026, -0.00002, 0.048), f"0.02600 [{MINUS}0.00002, 0.04800]"),
        (interval(0.026, -1e-17, 0.048), "0.026 [0.000, 0.048]"),  # zero but for rounding
        (duration(5.91), "5.9 s"),
        (duration(354.0), "5.9 min"),
        (duration(9000.0), "2.5 h"),
        (duration(float("nan")), ABSENT),
        (listed(["a"]), "a"),
        (listed(["a", "b", "c"]), "a, b and c"),
        (unbroken("accuracy ↑ (≥ 1)"), "accuracy\N{NO-BREAK SPACE}↑ (≥\N{NO-BREAK SPACE}1)"),
    ],
)
def test_numbers_as_words(shown, expected):
    assert shown == expected


def test_the_command_can_be_pasted_into_a_shell():
    study = {"name": "rupture", "catalogue": "my faults.csv", "label": "broke", "methods": ["mlp", "nuts"], "seed": 0}
    assert command_of(study) == "bayesnet run rupture --data 'my faults.csv' --label broke --methods mlp,nuts --seed 0"
    assert command_of(study | {"quick": True}).endswith("--quick")
    assert command_of({}) == ""


def test_the_command_of_the_run_is_told(tree, material):
    assert command_of(material.study) in words(every(tree, "body")[0])
    assert command_of(material.study).startswith("bayesnet run rupture --data logistic")
