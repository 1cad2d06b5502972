"""Two ruptures as they run."""

import numpy as np
import pytest
import xarray as xr
from PIL import Image as Picture

from reports.views.solver.ruptures import VIEW, animation, still_times

pytestmark = pytest.mark.heavy


def test_the_animation_moves_and_loops(result, tmp_path):
    content, width, height = animation(result.part("ruptures"))
    (tmp_path / "film.webp").write_bytes(content)
    with Picture.open(tmp_path / "film.webp") as film:
        assert film.size == (width, height)
        assert film.n_frames == 4
        assert film.info["loop"] == 0


def test_only_the_animation_moves_and_it_stands_in_details(result):
    section = VIEW.show(result)
    assert not any(image.moving for image in section.images)
    assert [image.moving for detail in section.details for image in detail.images] == [True]


def test_stills_end_with_the_last_frame():
    frames = xr.Dataset({"a": ("time", np.zeros(11))}, {"time": np.linspace(0, 5, 11)})
    np.testing.assert_allclose(still_times(frames), [1, 2, 3, 4, 5])
