"""The page on the rupture solver, from stored pieces."""

import hashlib
import re
import shutil
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
import xarray as xr
from PIL import Image as Picture

from bayesnet.store import load, save
from data import InputError
from reports.figures import rupture as figures
from reports.figures.rupture import power_of_ten
from reports.solver import build_report, read_evidence
from reports.solver.sections import SECTIONS as MAKERS
from tests.reports.markup import every, parsed, words

SECTIONS = [
    *("Verdict", "Operators", "Energy and exact solutions", "TPV205", "Barrier", "Ruptures", "Labels", "Speed"),
    "Provenance",
]


@pytest.fixture(scope="module")
def evidence(solver_study):
    return read_evidence(solver_study)


@pytest.fixture(scope="module")
def tree(solver_study):
    return parsed((solver_study / "report.html").read_text(encoding="utf-8"))


def with_piece(evidence, name, **changes):
    """The evidence with some variables of a piece replaced."""
    return replace(evidence, pieces=evidence.pieces | {name: evidence.pieces[name].assign(changes)})


def section(evidence, name) -> str:
    """All that one section says in paragraphs, notices and tables."""
    one = next(maker for maker in MAKERS if maker.__name__ == name)(evidence)
    cells = [cell for table in one.tables for row in table.rows for cell in row]
    return "\n".join((*one.notices, *one.paragraphs, *cells))


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
    targets = {link.get("href") for link in every(tree, "a") if not link.get("href").startswith("#")}
    assert "tables/checks.csv" in targets
    for target in targets:
        assert hashlib.sha256((solver_study / target).read_bytes()).hexdigest() in text


def test_it_says_how_it_was_made(tree):
    text = words(every(tree, "body")[0])
    assert "bayesnet run solver --seed 0 --quick" in text
    assert next(words(p) for p in every(tree, "p") if p.get("class") == "notice").startswith("Quick settings")
    assert not re.search(r"\b(nan|inf|None)\b", words(every(tree, "main")[0]))


def test_a_failed_check_is_said_to_fail(evidence):
    energy = evidence.pieces["energy"]["energy"].copy()
    energy[0, 0, 5] = 2.0
    text = section(with_piece(evidence, "energy", energy=energy), "verdict")
    assert "NOT passed: locked bump, largest growth of energy" in text
    assert "NOT passed: ≤ 0" in text
    assert "All" not in text


def test_a_solution_that_blew_up_fails_too(evidence):
    energy = evidence.pieces["energy"]["energy"].copy()
    energy[0, 0, 5:] = np.nan
    assert "NOT passed: locked bump" in section(with_piece(evidence, "energy", energy=energy), "verdict")


def changed(evidence):
    """Evidence in which the coarser grid loses one label of three, and the finest one has it."""
    piece = evidence.pieces["labels"]
    piece = piece.isel(row=slice(0, 3), differing=slice(0, 0)).drop_dims("differing")
    coarse = piece["label"].astype(float).copy()
    coarse[0], piece["label"][0] = 0.0, 1
    return replace(
        evidence,
        pieces=evidence.pieces
        | {
            "labels": piece.assign(
                coarse_label=coarse,
                agreement=("quantity", [2 / 3, 0.2, 0.9]),
                differing_label=(("differing", "resolution"), [[0.0, 1.0, 1.0]]),
                differing_tip=(("differing", "resolution"), [[-0.5, 1.0, 1.0]]),
                differing_crossing=(("differing", "resolution"), [[np.inf, 9.5, 9.25]]),
            ).assign_coords(differing=piece["row"].values[:1], resolution=[400.0, 200.0, 100.0])
        },
    )


def test_labels_that_change_are_listed(evidence):
    found = changed(evidence)
    text = section(found, "labels")
    assert "66.7 % keep their label" in text
    assert "of the 1 that change, 1 arrest and 0 break through" in text
    assert "On a grid of 100 m, 1 of the 1 rows that change have their stored label" in text
    assert "propagation, crossed after 9.25 s" in text
    assert "arrest, got to \N{MINUS SIGN}0.50 km" in text
    ringed = [line for line in figures.label_map(found.pieces["labels"]).axes[0].lines if line.get_marker() == "o"]
    assert sum(len(line.get_xdata()) for line in ringed) == 1


@pytest.mark.parametrize("missing", ["study.json", "labels.nc"])
def test_a_folder_without_a_study_is_refused_in_one_line(missing, solver_study, tmp_path):
    folder = shutil.copytree(solver_study, tmp_path / "study")
    (folder / missing).unlink()
    with pytest.raises(
        InputError, match=r"must (hold a finished study of the solver|be a JSON file that a study wrote)"
    ) as refusal:
        build_report(folder)
    assert "\n" not in str(refusal.value)


def test_pieces_of_an_unfinished_study_are_refused(solver_study, tmp_path):
    folder = shutil.copytree(solver_study, tmp_path / "study")
    piece = load(folder / "energy.nc")
    piece.attrs["fingerprint"] = "of other settings"
    save(piece, folder / "energy.nc")
    with pytest.raises(InputError, match="got other pieces than it was finished with: energy"):
        build_report(folder)


def test_the_animation_moves_and_loops(evidence, tmp_path):
    content, width, height = figures.animation(evidence.pieces["ruptures"])
    (tmp_path / "film.webp").write_bytes(content)
    with Picture.open(tmp_path / "film.webp") as film:
        assert film.size == (width, height)
        assert film.n_frames == 4
        assert film.info["loop"] == 0


def test_text_of_the_figures_is_plain(evidence):
    pieces = evidence.pieces
    drawn = [
        figures.operator_errors(pieces["operators"]),
        figures.barrier_limit(pieces["barrier"]),
        figures.front_arrivals(pieces["tpv205"]),
        figures.locked_energy(pieces["energy"]),
    ]
    for figure in drawn:
        figure.canvas.draw()
        for text in figure.findobj(matplotlib.text.Text):
            assert "$" not in text.get_text()
        for axes in figure.axes:
            assert axes.get_xlabel()
            assert re.search(r"\(.+\)$", axes.get_ylabel())


@pytest.mark.parametrize(("value", "shown"), [(1e-7, "10⁻⁷"), (2e-5, "2·10⁻⁵"), (0.02, "0.02"), (100.0, "100")])
def test_powers_of_ten_are_plain_text(value, shown):
    assert power_of_ten(value) == shown


def test_stills_end_with_the_last_frame():
    frames = xr.Dataset({"a": ("time", np.zeros(11))}, {"time": np.linspace(0, 5, 11)})
    np.testing.assert_allclose(figures.still_times(frames), [1, 2, 3, 4, 5])
