import numpy as np

from bayesnet.problems.network.model import Network
from bayesnet.parts.units import unit_reach, unit_statistics
from tests.bayesnet.hand_made import HIDDEN, make_fit, scattered_weights


def test_unused_and_interchangeable_units_are_seen():
    rng = np.random.default_rng(4)
    weights = scattered_weights(rng, 1, 50, HIDDEN, 0.05)
    weights["w1"][..., 0] = 0.0  # says nothing
    weights["w0"][..., 1], weights["b0"][..., 1] = 0.05 * rng.normal(size=(1, 50, 3)), 3.0  # says a constant
    lame = make_fit(weights, Network(hidden=HIDDEN))
    found = unit_statistics({"nuts": lame})
    reach = unit_reach(lame)
    assert (reach[..., 0] == 0).all()
    np.testing.assert_allclose(np.sort(np.median(reach, axis=(0, 1))), np.sort(found["reach"].values[0]))
    assert found["unused"].item() >= 1
    clear = make_fit(scattered_weights(rng, 1, 50, HIDDEN, 0.05), Network(hidden=HIDDEN))
    assert unit_statistics({"nuts": clear})["ambiguous"].item() == 0
    twins = scattered_weights(rng, 1, 50, HIDDEN, 0.05)
    for part in ("w0", "b0", "w1"):
        twins[part][..., 1] = twins[part][..., 0] + 0.05 * rng.normal(size=twins[part][..., 0].shape)
    doubtful = unit_statistics({"nuts": make_fit(twins, Network(hidden=HIDDEN))})["ambiguous_unit"].values[0]
    assert np.sort(doubtful)[:2].tolist() == [0, 0]
    assert (np.sort(doubtful)[2:] > 0.3).all()
