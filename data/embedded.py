"""The catalogue that comes with the project: 2000 ruptures simulated by `data.rupture`, so that it works offline."""

from pathlib import Path

import xarray as xr

from data.table import read_csv

FILE = Path(__file__).with_name("rupture2d.csv")  # its provenance stands beside it, in rupture2d.json


def load_embedded() -> xr.Dataset:
    """2000 simulated ruptures, 1600 for training and 400 for testing, drawn from the published catalogue's own law.

    See `rupture2d.json` for the law, the solver's settings and the checksum.
    """
    catalogue = read_csv(FILE)
    catalogue.attrs["source"] = "simulated by data.rupture at a resolution of 50 m, see data/rupture2d.json"
    return catalogue
