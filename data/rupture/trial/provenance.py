"""The whole trial of the published labels, from the published files and the stored answers of the solver.

The solver's settings were chosen on the validation rows alone (`data.rupture.trial.calibration`).
"""

import xarray as xr

from data.published import read_published
from data.rupture.trial.agreement import agreement, disagreements, disputed, endings, restored
from data.rupture.trial.answers import read_answers
from data.rupture.trial.rows import join
from data.rupture.trial.slip_distance import dc_evidence, dc_slopes


def provenance_trial() -> dict[str, xr.Dataset]:
    """Return everything that the trial says.

    Returns
    -------
    dict of str to xarray.Dataset
        `simulations`: see `rows.join`; the others under the names of their functions: `agreement`, `disputed`,
        `endings`, `disagreements` and `restored` of `agreement`, `dc_evidence` and `dc_slopes` of `slip_distance`.

    Raises
    ------
    InputError
        Where the published files are not to be found.
    """
    simulations = join(read_published(), read_answers())
    parts = (agreement, disputed, dc_evidence, dc_slopes, endings, disagreements, restored)
    return {"simulations": simulations} | {part.__name__: part(simulations) for part in parts}
