"""The two ruptures that are shown, and frames of a wave field."""

import numpy as np

from data.rupture.solver.settings import Settings
from data.rupture.verification.examples import example_rows
from data.rupture.verification.ruptures import measure, wave_field
from tests.data.rupture.example import STRONG

COARSE = Settings(resolution=200.0)


def test_wave_frames_join_at_the_fault():
    frames = wave_field(STRONG, [0.5, 1.0], COARSE)
    assert frames.vx.shape == (2, frames.row.size, frames.x.size)
    assert np.all(np.diff(frames.y, axis=0) >= 0)
    assert float(np.abs(frames.vx[1]).max()) > float(np.abs(frames.vx[1, 0]).max())
    ahead = np.abs(frames.x + 10) > 1.5 + 6.0 * frames.time  # nothing outruns P waves
    assert float(frames.slip_rate.where(ahead).max()) == 0 < float(frames.slip_rate.max())


def test_examples_are_of_both_classes_and_are_what_is_shown():
    piece = measure(400.0, 1.0, 3)
    assert piece["rupture"].values.tolist() == ["break-through", "arrest"]
    assert piece["label"].values.tolist() == [1, 0]
    assert piece["catalogue_row"].values.tolist() == list(example_rows().values())
    height = piece["parameters"].sel(parameter="height", rupture="break-through")
    assert float(height) >= piece.attrs["shown_height"]
    assert piece["vx"].dims == ("rupture", "time", "row", "column")
