"""Pieces of the benchmark by hand: their numbers are chosen, not measured."""

import numpy as np
import xarray as xr

from bayesnet.speed.growth import exponent
from bayesnet.speed.pieces import REPEATS, run_name
from bayesnet.speed.targets import targets, together

SAMPLERS = {"hmc": 40.0, "nuts": 9.0, "nutpie": 3.0, "pymc": 2.0}  # smallest ESS per second


def made_pieces() -> dict[str, xr.Dataset]:
    """All pieces but those of NumPyro, and what follows from them."""
    pieces = {"gradients": gradients(), "predictions": predictions(), "growth": growth()}
    pieces |= {
        run_name(name, repeat): sampler((1 + 0.1 * repeat) * rate)
        for repeat in range(REPEATS)
        for name, rate in SAMPLERS.items()
    }
    pieces["samplers"] = together(pieces)
    return pieces | {"targets": targets(pieces)}


def sampler(rate: float) -> xr.Dataset:
    """One run: 1000 effective draws of the slowest row at a rate per second."""
    found = {"ess_min_second": rate, "ess_median_second": 3 * rate, "ess_min_gradient": 1.0, "ess_median_gradient": 3.0}
    found |= {"seconds": 1000 / rate, "compilation": 5.0, "gradients": 1e6, "ess_min": 1000.0, "ess_median": 3000.0}
    scores = {"mean": ("simulation", [0.2, 0.9]), "mcse": ("simulation", [0.01, 0.01])}
    return xr.Dataset(found | {"rhat_max": 1.004} | scores, {"simulation": [0, 1]})


def gradients() -> xr.Dataset:
    """Double precision costs 2 products, single precision 1.6."""
    costs = {"double": 20.0, "single": 16.0, "plain": 60.0, "product": 10.0, "advi": 30.0}
    median = xr.DataArray(list(costs.values()), {"what": list(costs)}, ("what",))
    every = median.expand_dims(repeat=2, axis=1)
    return xr.Dataset({"all": every, "microseconds": median, "pymc_advi": 50.0})


def predictions() -> xr.Dataset:
    """Prediction takes 3 times, importance half as long as the products."""
    return xr.Dataset(
        {name: ("what", values) for name, values in {"seconds": [3.0, 2.0], "products": [1.0, 4.0]}.items()}
        | {"times": ("what", [3.0, 0.5])},
        {"what": ["prediction", "importance"]},
    )


def growth() -> xr.Dataset:
    """Everything grows with power 1 of rows, of units and of test rows."""
    sizes = {"rows": np.array([1000, 10_000]), "units": np.array([12, 24, 48]), "tested": np.array([1000, 4000])}
    names = {"rows": ("double", "single"), "units": ("unit_double", "unit_single")}
    names["tested"] = ("prediction", "importance", "prediction_memory", "importance_memory")
    found = xr.Dataset({name: (dim, 1e-6 * sizes[dim]) for dim in sizes for name in names[dim]}, sizes)
    return found.merge({f"{name}_exponent": exponent(values) for name, values in found.data_vars.items()})
