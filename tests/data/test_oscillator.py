import numpy as np

from data.oscillator import DAMPING, FREQUENCY, START, free_oscillation, load_oscillator


def test_the_truth_solves_the_equation_from_its_start():
    time, step = np.linspace(0.5, 9, 30), 1e-3
    before, here, after = (free_oscillation(time + shift) for shift in (-step, 0, step))
    slope, bend = (after - before) / (2 * step), (after - 2 * here + before) / step**2
    np.testing.assert_allclose(bend + 2 * DAMPING * FREQUENCY * slope + FREQUENCY**2 * here, 0, atol=1e-5)
    assert free_oscillation(np.zeros(1))[0] == START[0]
    assert np.isclose((free_oscillation(np.array(1e-6)) - START[0]) / 1e-6, START[1], atol=1e-4)


def test_training_times_leave_the_end_out():
    data = load_oscillator()
    assert data["time"].values[data["split"].values == "train"].max() < 6.0 < data["time"].values.max()
