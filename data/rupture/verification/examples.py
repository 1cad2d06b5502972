"""The rows of the embedded catalogue that are shown: a rupture that arrests, and a similar one that breaks through."""

import pandas as pd

from data.embedded import FILE
from data.rupture.solver.parameters import stress_drop

#: Inputs that make two ruptures alike but for their barriers.
STRESS_AND_FRICTION = ("sxx", "syy", "sxy", "mu_d", "friction_drop", "dc")

#: The rupture that breaks through has a barrier of at least this height (km).
SHOWN_HEIGHT = 0.05


def example_rows() -> dict[str, int]:
    """Return the rows of two ruptures of the embedded catalogue.

    Returns
    -------
    dict of str to int
        "arrest": the row that arrests in spite of the largest stress drop sxy - mu_d |syy|; "break-through": the row
        nearest to it in stress and friction (standardised) that breaks through a barrier of `SHOWN_HEIGHT` or more.
    """
    table = embedded_table()
    drop = stress_drop(table)
    arrest = drop[table["label"] == 0].idxmax()
    alike = table[list(STRESS_AND_FRICTION)]
    distance = (((alike - alike.loc[arrest]) / alike.std()) ** 2).sum(axis=1)
    through = distance[(table["label"] == 1) & (table["height"] >= SHOWN_HEIGHT)].idxmin()
    return {"break-through": int(through), "arrest": int(arrest)}


def embedded_table() -> pd.DataFrame:
    """Return the embedded catalogue, simulated at a resolution of 50 m: the eight parameters, `label` and `split`."""
    return pd.read_csv(FILE)
