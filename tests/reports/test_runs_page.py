"""The page on several runs, and the sections that some studies add to it."""

import json
import re
import shutil

import numpy as np
import pytest
import xarray as xr

from bayesnet.parts.claims import Step, corrections
from data import InputError
from reports.runs import build_report, labels, paper, read_material, render
from reports.runs.material import RunsMaterial
from reports.runs.sections import headlines, predictions
from reports.runs.verdict import verdict, warnings
from reports.sections.predictions import GAUSSIAN
from tests.reports.conftest import HOSTILE
from tests.reports.markup import every, parsed, words

SECTIONS = [
    *("Verdict", "Runs", "Predictions", "Uncertainty", "Agreement and leave-one-out", "Importance", "Convergence"),
    "Provenance",
]


@pytest.fixture(scope="module")
def tree(stored_runs):
    return parsed((stored_runs / "report.html").read_text(encoding="utf-8"))


def test_the_sections_stand_in_order_and_in_the_contents(tree):
    assert [words(heading) for heading in every(tree, "h2")] == SECTIONS
    assert [words(link) for link in every(every(tree, "nav")[0], "a")] == SECTIONS
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_links_lead_to_files_and_figures_are_complete(tree, stored_runs):
    for link in every(tree, "a"):
        if not link.get("href").startswith("#"):
            assert (stored_runs / link.get("href")).is_file(), link.get("href")
    figures = every(tree, "figure")
    assert len(figures) == 4
    for figure in figures:
        (image,) = every(figure, "img")
        assert image.get("src").startswith("data:")
        assert len(image.get("alt")) > 20
        assert len(words(every(figure, "figcaption")[0])) > 40


def test_what_does_not_exist_is_a_dash_and_hostile_names_are_text(tree):
    cells = [words(cell) for tag in ("td", "th") for cell in every(tree, tag)]
    assert not [cell for cell in cells if re.search(r"\b(nan|inf|None|null)\b", cell)]
    assert HOSTILE in cells


def test_the_table_of_fits_shows_the_effective_sample_size_that_the_notice_names(stored_runs):
    material = read_material(stored_runs)
    diagnostics = material.comparison["diagnostics"]
    diagnostics["converged"].loc[{"method": "nuts"}] = 0
    diagnostics["ess_min"].loc[{"method": "nuts"}] = 321
    assert "effective sample size from 321" in " ".join(warnings(material))
    (table,) = headlines(material).tables
    nuts = dict(zip(table.header, next(row for row in table.rows if row[1] == "NUTS"), strict=True))
    assert nuts["ESS"] == "321"


def test_runs_that_did_not_converge_are_told_in_one_notice(stored_runs):
    material = read_material(stored_runs)
    material.comparison["diagnostics"]["converged"].loc[{"method": "nuts"}] = 0
    (said,) = [notice for notice in warnings(material) if notice.startswith("NUTS did not converge")]
    assert "first (R-hat up to" in said
    assert f"{HOSTILE} (R-hat up to" in said
    material.comparison["diagnostics"]["converged"].loc[{"method": "nuts"}] = 1
    assert not [notice for notice in warnings(material) if "did not converge" in notice]


def test_the_page_is_built_from_the_stored_comparison_alone(stored_runs, tmp_path):
    copy = shutil.copytree(stored_runs, tmp_path / "copy")
    assert render(read_material(copy)) == (stored_runs / "report.html").read_text(encoding="utf-8")
    (copy / "comparison.nc").unlink()
    with pytest.raises(InputError, match="must hold a finished comparison of runs"):
        build_report(copy)


def material_of(groups: dict[str, xr.Dataset]) -> RunsMaterial:
    tree = xr.DataTree.from_dict(groups)
    about = {"as-published": {"configs": {"advi": {"iterations": 5000, "draws": 1000}}}}
    tree.attrs = {"baseline": "as-published", "runs": json.dumps(about)}
    return RunsMaterial(tree, {})


def one_claim(value, lower, upper, *, expected=0.0, numeric=0) -> xr.Dataset:
    return xr.Dataset(
        {"value": value, "interval": ("bound", [lower, upper]), "expected": expected, "numeric": numeric},
        {"bound": ["lower", "upper"]},
    )


@pytest.mark.parametrize(
    ("claim", "mark"),
    [
        (one_claim(0.82, 0.80, 0.85, expected=0.8334, numeric=1), paper.REPRODUCED),
        (one_claim(0.95, 0.93, 0.97, expected=0.8334, numeric=1), paper.CHANGED),
        (one_claim(0.02, 0.01, 0.03), paper.REPRODUCED),
        (one_claim(-0.02, -0.03, -0.01), paper.REFUTED),
        (one_claim(0.02, -0.01, 0.03), paper.OPEN),
        (one_claim(0.02, np.nan, np.nan), paper.OPEN),
    ],
)
def test_a_claim_is_decided_by_its_interval(claim, mark):
    assert paper.mark(claim) == mark


def test_the_section_of_the_paper_says_what_each_correction_changes(make_fit):
    rng = np.random.default_rng(0)
    label = rng.integers(2, size=200)
    poor, good = (
        np.clip(label * gap + (1 - gap) / 2 + rng.normal(0, 0.2, (1, 2, 200)), 0.01, 0.99) for gap in (0.1, 0.9)
    )
    fits = make_fit(poor, label), make_fit(good, label)
    made = {"as published": Step(fits[0], True), "threshold 0.5": Step(fits[0]), "NUTS instead of ADVI": Step(fits[1])}
    steps = corrections(made)
    steps.attrs = {"accuracy": 0.8334, "mlp_accuracy": 0.81, "notebook_accuracy": 0.835, "notebook_f1_weighted": 0.8374}
    steps.attrs["printed_confusion"] = [231, 41, 25, 103]
    interval = (("claim", "analysis", "bound"), [[[0.8, 0.85], [0.9, 0.95]], [[-0.2, -0.1], [0.1, 0.2]]])
    claims = xr.Dataset(
        {
            "value": (("claim", "analysis"), [[0.82, 0.93], [-0.15, 0.15]]),
            "interval": interval,
            "expected": ("claim", [0.81, 0.0]),
            "numeric": ("claim", [1, 0]),
        },
        {
            "claim": ["accuracy of the plain network", "stress matters most"],
            "analysis": ["as published", "corrected"],
            "bound": ["lower", "upper"],
        },
    )
    material = material_of({"corrections": steps, "claims": claims})
    text = " ".join(paper.verdict(material))
    assert "by NUTS instead of ADVI" in text
    assert "by threshold 0.5" not in text  # a threshold picked on these rows must lose when it is given up
    assert "In the paper's own analysis, the paper's claims are reproduced: “accuracy of the plain network”" in text
    assert "refuted: “stress matters most”" in text
    assert "After the corrections, the paper's claims are reproduced: “stress matters most”" in text
    printed, marks, _ = paper.section(material).tables
    assert printed.rows[0][1] == "0.8334"
    assert printed.rows[-1][1] == "231, 41, 25, 103"
    assert [row[2] for row in marks.rows] == [paper.REPRODUCED, paper.REFUTED]
    assert [row[4] for row in marks.rows] == [paper.CHANGED, paper.REPRODUCED]


def test_the_section_of_wrong_labels_names_what_finds_them(tmp_path):
    average = np.array([[0.9, np.nan], [0.5, 0.12]])
    found = xr.Dataset(
        {
            "average_precision": (("method", "criterion"), average),
            "interval": (("method", "criterion", "bound"), np.stack([average - 0.05, average + 0.05], axis=-1)),
            "first_precision": (("method", "criterion"), average - 0.1),
            "precision": (("method", "criterion", "recall"), np.repeat(average[..., None], 4, axis=-1)),
            "wrong": ("train_simulation", [1, 1, 1, 1, *[0] * 36]),
            "wrong_rows": 4,
            "base_rate": 0.1,
        },
        {
            "method": ["mlp", "nuts"],
            "criterion": ["loss", "sd"],
            "recall": np.arange(1, 5) / 4,
            "bound": ["lower", "upper"],
            "train_simulation": np.arange(40),
        },
        {"run": "published"},
    )
    found = found.reindex(criterion=["loss", "elpd", "sd", "entropy"])
    best, *others = labels.verdict(material_of({"mislabelled": found}))
    assert "by the log loss of the label of MLP" in best
    assert re.search(r"0\.900? \[0\.850?, 0\.950?\]", best)
    assert others == ["The sd of the score points at them better than guessing for no method."]
    (table,) = labels.section(material_of({"mislabelled": found})).tables
    assert [row[:2] for row in table.rows] == [
        ("MLP", "log loss of the label"),
        ("NUTS", "log loss of the label"),
        ("NUTS", "sd of the score"),
    ]


def test_settings_are_told_as_they_are(stored_runs):
    about = json.loads(read_material(stored_runs).comparison.attrs["runs"])
    assert about["first"]["catalogue"] == "logistic"
    assert about[HOSTILE]["folder"] == "../other"
