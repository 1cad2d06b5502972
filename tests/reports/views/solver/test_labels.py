"""Labels that a coarser grid changes."""

import numpy as np
import pytest
import xarray as xr

from bayesnet.contract import Result
from data.rupture.solver.parameters import NAMES
from reports.views.solver.labels import VIEW, label_map

pytestmark = pytest.mark.heavy

ROWS = [4, 7, 9]


def changed(differing: list[int], coarse: list[float]) -> Result:
    """Three rows; on the coarser grid some have another label, which the finest one does not confirm."""
    n = len(differing)
    piece = xr.Dataset(
        {
            "label": ("row", [1, 0, 1]),
            "coarse_label": ("row", coarse),
            "parameters": (("row", "parameter"), np.arange(24.0).reshape(3, 8)),
            "remade_label": ("remade", [1]),
            "agreement": ("quantity", [2 / 3, 0.2, 0.9]),
            "differing_label": (("differing", "resolution"), [[0.0, 1.0, 1.0]] * n or np.empty((0, 3))),
            "differing_tip": (("differing", "resolution"), [[-0.5, 1.0, 1.0]] * n or np.empty((0, 3))),
            "differing_crossing": (("differing", "resolution"), [[np.inf, 9.5, 9.25]] * n or np.empty((0, 3))),
        },
        {
            "row": ROWS,
            "remade": ROWS[:1],
            "differing": differing,
            "resolution": [400.0, 200.0, 100.0],
            "parameter": list(NAMES),
            "quantity": ["share", "lower", "upper"],
        },
        {"crossing": 1.0, "duration": 12.0},
    )
    return Result({}, xr.DataTree.from_dict({"labels": piece}))


def test_labels_that_change_are_listed():
    result = changed([4], [0.0, 0.0, 1.0])
    section = VIEW.show(result)
    text = "\n".join((*section.paragraphs, *VIEW.verdict(result)))
    assert "66.7 % keep their label" in text
    assert "20.0 % to 90.0 %" in text
    assert "of the 1 that change, 1 arrest and 0 break through" in text
    assert "On a grid of 100 m, 1 of the 1 rows that change have their stored label" in text
    (row,) = section.tables[0].rows
    assert row[0] == "4"
    assert row[2:] == (
        "arrest, got to \N{MINUS SIGN}0.50 km",
        "propagation, crossed after 9.50 s",
        "propagation, crossed after 9.25 s",
    )
    ringed = [line for line in label_map(result.part("labels")).axes[0].lines if line.get_marker() == "o"]
    assert sum(len(line.get_xdata()) for line in ringed) == 1


def test_where_none_changes_there_is_no_table_and_no_word_of_changes():
    section = VIEW.show(changed([], [1.0, 0.0, 1.0]))
    assert section.tables == ()
    assert not any("change" in words for words in section.paragraphs)


@pytest.mark.parametrize(("coarse", "refused"), [([1.0, 0.0, 1.0], False), ([np.nan, 0.0, np.nan], True)])
def test_refused_rows_are_counted_apart(coarse, refused):
    section = VIEW.show(changed([], coarse))
    said = [words for words in section.paragraphs if "refused" in words]
    assert [words.split(": ")[1] for words in said] == (["2."] if refused else [])
    assert section.paragraphs[0].startswith(f"Of {1 if refused else 3} rows")
