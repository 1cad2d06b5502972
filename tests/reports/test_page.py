import hashlib
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import bayesnet
from bayesnet.contract import Result
from bayesnet.methods.mlp import MlpConfig
from bayesnet.results import read_result
from data import InputError, make_catalogue
from reports.page import MOST_FAILURES, _failures, build_report, render
from reports.view import FAIL, PASS, Check
from reports.words import ABSENT
from studies.study import Study
from tests.reports.markup import every, parsed, words

HOSTILE = "<script>alert('1')</script>\"'&amp;"


@pytest.fixture(scope="module")
def tree(run_page):
    return parsed(run_page.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sections(result):
    return ["Verdict", *result.study["sections"], "References", "Provenance"]


def test_the_sections_stand_in_order_and_in_the_contents(tree, sections):
    assert [words(heading) for heading in every(tree, "h2")] == sections
    contents = every(every(tree, "nav")[0], "a")
    assert [words(link) for link in contents] == sections
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


@pytest.mark.parametrize("folder", ["stored_run", "stored_runs"])
def test_links_lead_to_files_beside_the_page(folder, request):
    here = request.getfixturevalue(folder)
    tree = parsed((here / "report.html").read_text(encoding="utf-8"))
    targets = {link.get("href") for link in every(tree, "a") if not link.get("href").startswith("#")}
    assert {"tables/scores-metric.csv", "summary.csv"} <= targets
    for target in targets:
        assert (here / target).is_file(), target


def test_every_figure_has_alt_text_caption_and_size(tree):
    figures = every(tree, "figure")
    assert len(figures) > 20
    for figure in figures:
        (image,) = every(figure, "img")
        (caption,) = every(figure, "figcaption")
        assert len(image.get("alt")) > 20
        assert len(words(caption)) > 40
        assert int(image.get("width")) > 100
    assert len(every(tree, "img")) == len(figures)


@pytest.mark.heavy
def test_the_page_is_small_enough_for_a_mail(drawn_run):
    assert (drawn_run / "report.html").stat().st_size < 3_000_000


@pytest.mark.parametrize("folder", ["stored_run", "stored_runs"])
def test_what_does_not_exist_is_a_dash_and_never_nan(folder, request):
    tree = parsed((request.getfixturevalue(folder) / "report.html").read_text(encoding="utf-8"))
    cells = [words(cell) for cell in every(tree, "td")]
    assert ABSENT in cells
    assert not [cell for cell in cells if re.search(r"\b(nan|inf|None)\b", cell)]
    for table in every(tree, "table"):
        rows = [len(every(row, "td")) + len(every(row, "th")) for row in every(table, "tr")]
        assert len(set(rows)) == 1


def test_a_quick_run_says_so_first(tree):
    notices = [words(p) for p in every(tree, "p") if p.get("class") == "notice"]
    assert "Quick settings" in notices[0]


def test_figures_and_tables_are_numbered_in_order_and_references_lead_to_them(tree):
    captions = [words(caption) for caption in every(tree, "figcaption")]
    assert [re.match(r"Figure (\d+)\. ", one).group(1) for one in captions] == [
        str(place + 1) for place in range(len(captions))
    ]
    titles = [words(p) for p in every(tree, "p") if p.get("class") == "title"]
    numbers = [int(found.group(1)) for one in titles if (found := re.match(r"Table (\d+)\. ", one))]
    assert numbers == [*range(1, len(numbers) + 1)]
    ids = {element.get("id") for element in tree.iter() if element.get("id")}
    inside = [link for link in every(tree, "a") if re.match(r"(Figure|Table) \d", words(link))]
    assert inside
    assert {link.get("href")[1:] for link in inside} <= ids
    assert "[[" not in words(every(tree, "main")[0])


def test_the_verdict_opens_with_physics_and_ends_with_checks(tree, result):
    (verdict,) = (one for one in every(tree, "section") if one.get("id") == "verdict")
    titles = [words(heading) for heading in every(verdict, "h3")]
    assert titles[0] == "Physics and importance" == next(iter(result.study["sections"]))
    assert titles[-2:] == ["Methods", "Checks"]
    states = {words(cell) for cell in every(verdict, "td")} & {"✓ pass", "! warn", "✗ FAIL"}
    assert "✓ pass" in states


def test_the_reference_is_the_first_method_of_every_table(tree, result):
    labels = {"NUTS", "MLP", "ADVI"}
    heads = [[words(cell) for cell in every(row, "th")] for row in every(tree, "tr")]
    methods = [[one for one in head if one in labels] for head in heads]
    several = [one for one in methods if len(one) > 1]
    assert several
    assert all(one[0] == "NUTS" for one in several)


def test_only_works_that_are_cited_are_listed(tree):
    (section,) = (one for one in every(tree, "section") if one.get("id") == "references")
    listed = words(section)
    assert "Vehtari, A., Gelman, A., Simpson" in listed  # of R-hat
    assert "Okada" not in listed


@pytest.mark.heavy
def test_the_snippets_of_the_page_run_and_give_what_they_say(tree, run_page, monkeypatch):
    monkeypatch.chdir(run_page.parent)
    (code,) = (words(one) for one in every(tree, "code") if "load_datatree" in words(one))
    *lines, last = code.strip().splitlines()
    names = {}
    exec("\n".join(lines), names)
    selected = eval(last, names)
    assert selected.sizes["metric"] > 3
    assert str(selected["method"].item()) == "nuts"  # one method, not all
    assert names["fit"].attrs["method"] == "nuts"


def test_files_carry_their_checksums(tree, run_page):
    text = words(every(tree, "body")[0])
    for name in ("nuts.nc", "comparison.nc", "tables/scores-metric.csv"):
        assert hashlib.sha256((run_page.parent / name).read_bytes()).hexdigest() in text
    assert "xr.load_datatree" in text


def test_the_command_of_the_run_is_told(tree, result):
    assert result.study["command"] in words(every(tree, "body")[0])
    assert result.study["command"].startswith("bayesnet run rupture --data logistic")


@pytest.mark.heavy
def test_a_report_is_made_from_the_files_alone(drawn_runs, tmp_path):
    elsewhere = shutil.copytree(drawn_runs, tmp_path / "elsewhere")
    before = (elsewhere / "report.html").read_text(encoding="utf-8")
    (elsewhere / "report.html").unlink()
    assert build_report(elsewhere).read_text(encoding="utf-8") == before
    assert not list(drawn_runs.glob(".*"))  # no half-written file stays behind


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"must hold the results of a study, got no study\.json"):
        build_report(tmp_path)


@pytest.fixture(scope="module")
def hostile() -> Result:
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
    fit = bayesnet.fit("mlp", bayesnet.Network(hidden=2), catalogue, config=MlpConfig(restarts=1))
    fits = {HOSTILE: fit, "</section>": fit}
    study = Study(name=HOSTILE, question=HOSTILE, methods=("mlp",)).described() | {"methods": list(fits)}
    finding = dict.fromkeys(("kind", "message", "suggestion"), HOSTILE) | {"severity": "error"}
    return Result(study, bayesnet.compare(fits, catalogue), fits, catalogue, [finding])


@pytest.mark.heavy
def test_hostile_names_are_text_and_nothing_else(hostile):
    tree = parsed(render(hostile))
    assert len(every(tree, "script")) == 1
    assert len(every(tree, "section")) == len(hostile.study["sections"]) + 3
    assert not [image for image in every(tree, "img") if not image.get("src").startswith("data:")]
    assert not [name for element in tree.iter() for name in element.keys() if name.startswith("on")]  # noqa: SIM118
    assert HOSTILE in words(every(tree, "title")[0])
    assert HOSTILE in {words(cell) for cell in every(tree, "th")}
    assert re.findall(r".*\bnan\b.*", words(every(tree, "main")[0])) == []


def test_a_run_of_fewer_parts_makes_a_page(result, undrawn):
    """Parts that a comparison does not have are left out of the page."""
    kept = ("cost", "scores", "catalogue")
    parts = xr.DataTree.from_dict({name: result.parts[name].to_dataset() for name in kept})
    parts.attrs = result.parts.attrs
    titles = [words(heading) for heading in every(parsed(render(replace(result, parts=parts))), "h2")]
    assert titles[0] == "Verdict"
    assert titles[-1] == "Provenance"
    assert "Weights" not in titles


def test_files_of_other_results_are_refused(stored_run, tmp_path):
    folder = shutil.copytree(stored_run, tmp_path / "run")
    fit = bayesnet.load(folder / "mlp.nc")
    fit.attrs["created"] = "another day"
    bayesnet.save(fit, folder / "mlp.nc")
    with pytest.raises(InputError, match="got files of different ones"):
        read_result(folder)


def test_many_failures_do_not_fill_a_screen():
    few = [Check(f"check {number}", FAIL, f"{number} failed.") for number in range(MOST_FAILURES)]
    passed = Check("other", PASS, "Well.")
    assert _failures([*few, passed]) == tuple(check.said for check in few)
    (said,) = _failures([*few, passed, Check("one more", FAIL, "It failed.")])
    assert said.startswith(f"{MOST_FAILURES + 1} of {MOST_FAILURES + 2} checks fail")
