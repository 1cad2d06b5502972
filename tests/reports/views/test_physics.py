"""What the head of a page says of the physics, of parts made by hand."""

import numpy as np
import xarray as xr

from bayesnet.contract import Result
from bayesnet.parts.alone import STRESS_DROP
from reports.content import Table
from reports.views import alone, doubt, inputs, paper

BOUND = {"bound": ["lower", "upper"]}


def made(n_test: int = 40, **parts: xr.Dataset) -> Result:
    cost = xr.Dataset({"seconds": ("method", [1.0, 1.0])}, {"method": ["mlp", "nuts"]})
    tree = xr.DataTree.from_dict({"cost": cost} | parts)
    tree.attrs |= {"reference": "nuts", "n_test": n_test}
    return Result({"name": "made", "sections": {}}, tree)


def alone_of(**aucs: float) -> xr.Dataset:
    values = np.array([*aucs.values()])
    names = [name.replace("stress_drop", STRESS_DROP) for name in aucs]
    return xr.Dataset(
        {
            "auc": ("quantity", values),
            "interval": (("quantity", "bound"), np.column_stack([values - 0.02, values + 0.02])),
            "sign": ("quantity", np.ones(len(values), int)),
        },
        {"quantity": names} | BOUND,
    )


def paths(**means: float) -> xr.Dataset:
    return xr.Dataset({"mean": (("method", "feature"), [[*means.values()]])}, {"method": ["nuts"], "feature": [*means]})


def test_the_stress_drop_decides_only_where_it_ranks_better_than_every_input():
    found = {"path_products": paths(sxy=50.0, syy=-30.0, mu_d=-20.0, dc=2.0)}
    (said,) = alone.VIEW.verdict(made(alone=alone_of(stress_drop=0.96, sxy=0.8, dc=0.5), **found))
    assert said.startswith("What decides a rupture is the stress drop")
    assert "0.960 [0.940, 0.980]" in said
    assert "has found it" in said
    (said,) = alone.VIEW.verdict(made(alone=alone_of(stress_drop=0.7, sxy=0.8, dc=0.5), **found))
    assert "No single quantity tells the classes apart better than sxy" in said
    other = {"path_products": paths(sxy=50.0, syy=-3.0, mu_d=-20.0, dc=9.0)}
    (said,) = alone.VIEW.verdict(made(alone=alone_of(stress_drop=0.96, sxy=0.8), **other))
    assert "has found it" not in said
    assert "leans most on sxy" in said
    (table,) = alone.VIEW.show(made(alone=alone_of(dc=0.5, sxy=0.8))).tables
    assert [row[0] for row in table.rows] == ["sxy", "dc"]
    assert not list(alone.VIEW.verdict(made()))


def test_where_the_reference_is_unsure():
    numbers = {"rows": 40.0, "unsure": 12.0, "errors": 5.0, "errors_unsure": 4.0, "sd_unsure": 0.2, "sd_sure": 0.01}
    part = xr.Dataset(
        {name: ("method", [value]) for name, value in numbers.items()}
        | {
            "range": (("method", "quantity", "bound"), [[[1.5, 3.5]]]),
            "share_within": (("method", "quantity"), [[0.4]]),
        },
        {"method": ["nuts"], "quantity": [STRESS_DROP]} | BOUND,
    )
    (said,) = doubt.VIEW.verdict(made(doubt=part))
    assert "12 of 40 test rows; 4 of its 5 errors" in said
    assert "1.5 to 3.5 MPa, where only 40 % of all rows lie" in said
    (said,) = doubt.VIEW.verdict(made(doubt=part.drop_sel(quantity=STRESS_DROP)))
    assert "MPa" not in said
    assert not list(doubt.VIEW.verdict(made(doubt=part.assign(unsure=("method", [0.0])))))


def test_a_claim_stands_where_its_interval_lies_above_zero():
    part = xr.Dataset(
        {
            "value": ("claim", [0.2, -0.2, 0.1]),
            "interval": (("claim", "bound"), [[0.1, 0.3], [-0.3, -0.1], [-0.1, 0.3]]),
            "printed": ("claim", [0.0234, np.nan, np.nan]),
        },
        {"claim": ["a", "b", "c"]} | BOUND,
    )
    said, table = paper.VIEW.verdict(made(paper=part))
    assert isinstance(table, Table)
    assert [row[-1] for row in table.rows] == [paper.STANDS, paper.REFUTED, paper.OPEN]
    assert table.rows[0][1] == "0.023"
    assert "“b”" in said
    assert not list(paper.VIEW.verdict(made()))


def test_inputs_of_a_rupture_have_a_sketch_and_meanings_and_others_have_not():
    names = [*inputs.MEANINGS]
    of = {"group": ("feature", ["g"] * 8), "units": ("feature", ["MPa"] * 8), "resamples": 2000}
    section = inputs.VIEW.show(made(inputs=xr.Dataset(of, {"feature": names})))
    assert [image.name for image in section.images] == ["fault"]
    assert section.tables[0].header[-2:] == ("what it is", "sign")
    assert "2000 bootstrap samples of the 40 rows" in section.paragraphs[1]
    other = inputs.VIEW.show(made(inputs=xr.Dataset(of, {"feature": [f"x{i}" for i in range(8)]})))
    assert other.images == ()
    assert other.tables[0].header == ("input", "unit", "group")
