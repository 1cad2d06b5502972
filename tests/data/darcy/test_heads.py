import numpy as np
import pytest

from data.darcy.flow import centres, solved
from data.darcy.heads import FITTED, HELD_OUT, MODES, SD, SIDE, correlation, load_heads, modes, recharge, variance_kept


def test_the_modes_are_the_largest_of_the_whole_covariance():
    up, across = (side.ravel() for side in np.meshgrid(centres(SIDE), centres(SIDE), indexing="ij"))
    covariance = correlation(up[:, None] - up) * correlation(across[:, None] - across)
    largest = np.linalg.eigvalsh(covariance)[::-1][:MODES]
    np.testing.assert_allclose((modes() ** 2).sum(axis=0), largest, rtol=1e-8)
    np.testing.assert_allclose(covariance @ modes(), modes() * largest, atol=1e-8)
    assert variance_kept() == pytest.approx(largest.sum() / SIDE**2)
    assert variance_kept() > 0.95


def test_heads_are_those_of_the_truth_with_noise():
    sets = [load_heads(seed) for seed in range(30)]
    errors = []
    for one in sets:
        heads, _ = solved(one["log_permeability"].values, recharge())
        np.testing.assert_allclose(heads, one["true_head"])
        errors.append(one["head"].values - one["true_head"].values.ravel()[one["cell"].values])
        place = one["true_head"].sel(cell_up=one["up"], cell_across=one["across"])
        np.testing.assert_allclose(one["head"].values - place.values, errors[-1])
    assert np.std(errors) == pytest.approx(SD, rel=0.06)
    spread = np.array([one["log_permeability"].values for one in sets])
    assert (spread**2).mean() == pytest.approx(variance_kept(), rel=0.2)


def test_every_well_has_a_cell_of_its_own_and_some_are_held_out():
    data = load_heads()
    assert len(np.unique(data["cell"])) == FITTED + HELD_OUT
    assert (data["split"] == "train").sum() == FITTED
    assert load_heads().attrs["checksum"] == data.attrs["checksum"] != load_heads(1).attrs["checksum"]
