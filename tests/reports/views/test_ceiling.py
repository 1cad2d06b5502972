"""How close the chains of the reference are to each other."""

from dataclasses import replace

import pytest

from reports.views import agreement, ceiling
from tests.reports.views.helpers import subset


@pytest.mark.parametrize(("converged", "words"), [(1, "No method can be asked"), (0, "this is no ceiling")])
def test_chains_are_a_ceiling_only_where_they_converged(result, converged, words):
    parts = result.parts.copy(deep=True)
    parts["diagnostics"]["converged"].loc[{"method": "nuts"}] = converged
    result = replace(result, parts=parts)
    (table,) = ceiling.VIEW.show(result).tables
    assert words in table.note
    assert ("this is no ceiling" in agreement.VIEW.show(result).details[0].images[0].caption) == (not converged)


def test_every_chain_is_a_row(result):
    (table,) = ceiling.VIEW.show(result).tables
    stored = result.part("ceiling")["class_agreement"]
    assert [row[0] for row in table.rows] == [f"chain {chain}" for chain in stored["chain"].values]
    assert [row[1] for row in table.rows] == [f"{100 * share:.1f} %" for share in stored.values]


def test_a_reference_of_one_chain_has_none(result):
    assert ceiling.VIEW.show(subset(result, "mlp", "advi")) is None
