"""What the order of the labels tells about the next one, so that sorted or interleaved classes do not look wrong."""

import numpy as np


def chain_probability(label: np.ndarray) -> np.ndarray:
    """P(label 1 | the labels before it) of each row under a Markov chain fitted to the labels.

    Parameters
    ----------
    label : ndarray of int of shape (n_rows,)
        0 or 1.

    Returns
    -------
    ndarray of shape (n_rows,)
        Within (0, 1). The context is the last log2(n / 50) labels, so that each has some 50 rows to count; every count
        starts at one half (Krichevsky & Trofimov 1981).
    """
    order = max(int(np.log2(len(label) / 50)), 0)
    padded = np.concatenate([np.zeros(order, dtype=np.int64), label])
    context = np.zeros(len(label), dtype=np.int64)
    for lag in range(order):
        context += padded[lag : lag + len(label)] << lag
    count = np.full((2**order, 2), 0.5)
    np.add.at(count, (context, label), 1)
    return count[context, 1] / count[context].sum(axis=1)
