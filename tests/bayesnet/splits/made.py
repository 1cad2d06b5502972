"""Fits on splits by hand: their grades are chosen, not measured."""

import numpy as np
import xarray as xr

from bayesnet.splits.summary import DECIDED, differences, drops, grades, learning, ranks

METRICS = {"accuracy": "accuracy", "log_score": "log score (nats)", "predictive_sd": "predictive sd"}
SIZES, REPEATS, TESTED = (100, 200), 4, 50
LEVEL = {"physics": -0.10, "mlp": -0.15, "hmc": -0.16}  # log scores; each split adds what follows
SHIFT = {"physics": (0.0, 0.0, 0.0, 0.0), "mlp": (0.01, -0.01, 0.02, -0.02), "hmc": (-0.01, 0.01, 0.02, -0.02)}


def fitted(method: str, size: int, repeat: int) -> xr.Dataset:
    """One fit: half of the rows cost 0.02 nats."""
    score = LEVEL[method] + SHIFT[method][repeat] - (0.02 if size < max(SIZES) else 0.0)
    value = [1 + score, score, np.nan if method == "mlp" else 0.05]
    coords = {"metric": list(METRICS), "label": ("metric", list(METRICS.values())), "better": ("metric", [1, 1, 0])}
    found = {"value": ("metric", value), "drop": ("feature", [0.4, 0.1 * repeat])}
    numbers = {"converged": int(method != "hmc" or repeat > 0), "seconds": 2.0, "n_train": size, "n_test": TESTED}
    return xr.Dataset(found | numbers, coords | {"feature": ["stress", "width"]})


def measured() -> dict[tuple[str, int, int], xr.Dataset]:
    """Every method, size and repeat."""
    return {(m, size, repeat): fitted(m, size, repeat) for m in LEVEL for size in SIZES for repeat in range(REPEATS)}


def own() -> xr.Dataset:
    """The catalogue's own split: it decides for the MLP against HMC, and against physics."""
    methods = list(LEVEL)
    score = np.array([-0.2, -0.1, -0.15])
    difference = np.stack([score[:, None] - score] * 2, axis=-1)  # (method, other, metric)
    interval = difference[..., None] + np.array([-0.01, 0.01])
    pair = ("method", "other")
    return xr.Dataset(
        {
            "difference": ((*pair, "metric"), difference),
            "interval": ((*pair, "metric", "bound"), interval),
            "mcnemar_p": (pair, np.full((3, 3), 0.5)),
        },
        {"method": methods, "other": methods, "metric": list(DECIDED), "bound": ["lower", "upper"]},
    )


def pieces() -> dict[str, xr.Dataset]:
    """All that a page shows."""
    graded = grades(measured())
    return {
        "grades": graded,
        "ranks": ranks(graded),
        "survival": differences(graded, own()),
        "drops": drops(measured()),
        "learning": learning(measured()),
    }
