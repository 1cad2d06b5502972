import numpy as np
import pytest

from bayesnet.parts.ceiling import ceiling
from data import InputError

LABEL = np.array([0, 1, 1])


def test_each_chain_is_compared_with_the_others_together(make_fit):
    p = np.zeros((3, 10, 3)) + np.array([0.2, 0.2, 0.5])[:, None, None]
    result = ceiling(make_fit(p, LABEL))
    assert np.allclose(result["mean_total_variation"], [0.15, 0.15, 0.3])
    assert result["chain"].values.tolist() == [0, 1, 2]
    with pytest.raises(InputError, match="at least 2 chains, got 1"):
        ceiling(make_fit(p[:1], LABEL))
