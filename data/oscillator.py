"""A damped oscillator seen at few times: synthetic data of known truth."""

import hashlib

import numpy as np
import xarray as xr

from data.catalogue import TEST, TRAIN
from data.seeds import seed_for

FREQUENCY, DAMPING = 1.2, 0.08  # rad/s, of the undamped oscillator; share of the critical damping
START = (1.0, 0.5)  # m, m/s at time 0
DURATION = 10.0  # s
SD = 0.1  # m, of the noise
TIMES, TEST_TIMES = 8, 40
FINE = 401  # times at which the truth is stored


def load_oscillator(seed: int = 0) -> xr.Dataset:
    """Displacement of a free oscillator at times drawn at random in the first 60 % of its duration.

    Returns
    -------
    xarray.Dataset
        `displacement` and `sd (observation)` in m, with `time` (s) and `split`; the test times cover the whole
        `duration`. `true_displacement (fine)` at evenly spaced times.
    """
    rng = np.random.default_rng(seed_for(seed, "oscillator"))
    time = np.concatenate([np.sort(rng.uniform(0, 0.6 * DURATION, TIMES)), rng.uniform(0, DURATION, TEST_TIMES)])
    observed = free_oscillation(time) + SD * rng.normal(size=len(time))
    fine = np.linspace(0, DURATION, FINE)
    metres, seconds = {"units": "m"}, {"units": "s"}
    data = xr.Dataset(
        {
            "displacement": ("observation", observed, metres),
            "sd": ("observation", np.full(len(time), SD), metres),
            "true_displacement": ("fine", free_oscillation(fine), metres),
            "duration": ((), DURATION, seconds),
        },
        coords={
            "observation": np.arange(len(time)),
            "time": ("observation", time, seconds),
            "split": ("observation", [TRAIN] * TIMES + [TEST] * TEST_TIMES),
            "fine": fine,
        },
    )
    checksum = hashlib.sha256(np.concatenate([time, observed]).astype("<f8").tobytes()).hexdigest()
    data.attrs = {"name": "oscillator", "source": "simulated by data.oscillator", "licence": "CC0-1.0"}
    data.attrs |= {"repairs": "none", "seed": seed, "observed": "displacement", "checksum": checksum}
    return data


def free_oscillation(time: np.ndarray) -> np.ndarray:
    """Displacement (m) at times (s), in closed form."""
    decay, swing = DAMPING * FREQUENCY, FREQUENCY * np.sqrt(1 - DAMPING**2)
    sine = (START[1] + decay * START[0]) / swing
    return np.exp(-decay * time) * (START[0] * np.cos(swing * time) + sine * np.sin(swing * time))
