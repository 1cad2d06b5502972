"""The page of the rupture solver's verification, from stored pieces."""

import hashlib
import re
import shutil

import pytest

from bayesnet.store import load, save
from data import InputError
from reports.page import build_report
from tests.reports.markup import every, parsed, words

pytestmark = pytest.mark.heavy

SECTIONS = [
    *("Verdict", "Checks", "Operators", "Energy and exact solutions", "TPV205", "Barrier", "Ruptures", "Labels"),
    *("Speed", "References", "Provenance"),
]


@pytest.fixture(scope="module")
def tree(solver_study):
    return parsed((solver_study / "report.html").read_text(encoding="utf-8"))


def test_the_sections_stand_in_order_and_in_the_contents(tree):
    assert [words(heading) for heading in every(tree, "h2")] == SECTIONS
    assert [words(link) for link in every(every(tree, "nav")[0], "a")] == SECTIONS
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_figures_are_complete_and_embedded(tree):
    shown = every(tree, "figure")
    assert len(shown) == 10
    for figure in shown:
        (image,) = every(figure, "img")
        assert image.get("src").startswith("data:image/")
        assert len(image.get("alt")) > 20
        assert len(words(every(figure, "figcaption")[0])) > 40
    moving = [figure for figure in shown if figure.get("class") == "moving"]
    assert [every(figure, "img")[0].get("src")[:16] for figure in moving] == ["data:image/webp;"]


def test_links_lead_to_files_whose_checksums_are_told(tree, solver_study):
    text = words(every(tree, "body")[0])
    targets = [link.get("href") for link in every(tree, "a") if not link.get("href").startswith("#")]
    assert len(targets) == 17  # every figure but those of the wave field, and every table before provenance
    assert "tables/checks-check.csv" in targets
    for target in targets:
        assert hashlib.sha256((solver_study / target).read_bytes()).hexdigest() in text


def test_it_says_how_it_was_made(tree, solver_study):
    text = words(every(tree, "body")[0])
    assert "17 checks; grids of 400, 200 and 100 m; 6 rows of the embedded catalogue" in text
    assert "bayesnet run solver --seed 0 --quick" in text
    assert next(words(p) for p in every(tree, "p") if p.get("class") == "notice").startswith("Quick settings")
    assert not re.search(r"\b(nan|inf|None)\b", words(every(tree, "main")[0]))


def test_every_piece_is_told_with_its_settings_time_and_commit(tree, result):
    table = next(table for table in every(tree, "table") if words(every(table, "th")[0]) == "piece")
    rows = [[words(cell) for cell in row] for row in every(every(table, "tbody")[0], "tr")]
    pieces = {name: piece.attrs for name, piece in result.parts.children.items() if name != "checks"}
    assert [row[0] for row in rows] == list(pieces)
    for row, attributes in zip(rows, pieces.values(), strict=True):
        assert {attributes["settings"], attributes["created"]} < set(row)
        assert any(cell.startswith(attributes["git_commit"]) for cell in row)
        assert any(re.fullmatch(r"[\d.]+ (s|min)", cell) for cell in row)


@pytest.mark.parametrize("missing", ["study.json", "labels.nc"])
def test_a_folder_without_a_study_is_refused_in_one_line(missing, solver_study, tmp_path):
    folder = shutil.copytree(solver_study, tmp_path / "study")
    (folder / missing).unlink()
    with pytest.raises(InputError, match=r"must hold (the results of a study|finished results)") as refusal:
        build_report(folder)
    assert "\n" not in str(refusal.value)


def test_pieces_of_an_unfinished_study_are_refused(solver_study, tmp_path):
    folder = shutil.copytree(solver_study, tmp_path / "study")
    piece = load(folder / "energy.nc")
    piece.attrs["fingerprint"] = "of other settings"
    save(piece, folder / "energy.nc")
    with pytest.raises(InputError, match="got files of different ones: a study was started again"):
        build_report(folder)
