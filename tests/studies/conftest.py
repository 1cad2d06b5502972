"""A catalogue of one's own, as a user would bring it."""

import numpy as np
import pandas as pd
import pytest

from bayesnet import Network
from tests.studies.processes import FEW_PARTS


@pytest.fixture(scope="module", autouse=True)
def few_parts():
    """Runs compare little here: all parts are computed, stored and shown in the tests of parts and reports."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Network, "parts", FEW_PARTS)
        yield


@pytest.fixture(scope="session")
def csv(tmp_path_factory):
    """A file of 120 rows whose outcome stands in a column `broke`."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 120))
    table = pd.DataFrame({"a": a, "b": b, "broke": (a - b + 0.3 * rng.normal(size=120) > 0).astype(int)})
    path = tmp_path_factory.mktemp("data") / "faults.csv"
    table.to_csv(path, index=False)
    return path
