"""Which labels stand at their own rows: blocks of labels that do not, and the shift that mends them."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats
from scipy.signal import correlate
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from threadpoolctl import threadpool_limits

from data.audit.dependence import fold_groups, near_copies
from data.audit.scores import MOST_QUADRATIC, Scores, design, log_likelihood, out_of_fold
from data.audit.segmentation import Block, find_blocks
from data.audit.table import Table

FEWEST_ROWS = 50  # below this no block could gain more than it costs
ROUNDS = 6  # refits without the suspicious blocks; two or three suffice where blocks are clear
LARGEST_SHIFT = 1000  # rows; the search costs time and memory in proportion
FAR_BETTER = 1.5  # ratio of n R^2 from which the first model is fitted to moved labels
LOST = -1  # in place of a position: no printed label belongs to this row


@dataclass(frozen=True)
class Alignment:
    """Which printed label belongs to which row, as far as the features tell.

    Attributes
    ----------
    label : ndarray of int of shape (n_rows,)
        Labels as printed, 0 or 1.
    scores : Scores
        Out-of-fold probabilities of a model fitted to the labels as believed.
    blocks : list of Block
        Stretches of printed labels that do not belong to the rows they stand at.
    source : ndarray of int of shape (n_rows,)
        Position of the label that belongs to each row, LOST where there is none.
    believed : ndarray of int of shape (n_rows,)
        Label of each row after the mend, LOST where there is none.
    alpha : float
        Chance that blocks are found in a catalogue whose labels are right.
    """

    label: np.ndarray
    scores: Scores
    blocks: list[Block]
    source: np.ndarray
    believed: np.ndarray
    alpha: float


def align(table: Table, *, physical: np.ndarray | None = None, alpha: float = 0.01, seed: int = 0) -> Alignment | None:
    """Find the blocks of labels that do not belong to their rows.

    Out-of-fold scores of a simple model are compared with the printed labels (see `data.audit.segmentation`); the model
    is then refitted without the blocks found, or with their labels moved back, until the blocks stay the same: the
    idea of confident learning (Northcutt, Jiang & Chuang 2021, JAIR 70, doi:10.1613/jair.1.12125) for errors that come
    in blocks.

    Parameters
    ----------
    table : Table
        With at least FEWEST_ROWS rows, labels 0 and 1.
    physical : ndarray of shape (n_rows,), optional
        A further model input that the physics suggests.
    alpha : float
        Chance of finding any block in a catalogue whose labels are right.
    seed : int
        Seed of the folds.

    Returns
    -------
    Alignment or None
        None where a class has too few rows to fit a model in folds.
    """
    label = table.label.astype(np.int64)
    inputs = design(table, physical)
    group = near_copies(inputs)
    together = fold_groups(inputs, group)
    largest_shift = min(len(table) - 1, LARGEST_SHIFT)
    source = _first_source(inputs, label, largest_shift, alpha)
    believed = _believed([], source, label)
    for _ in range(ROUNDS):
        scores = out_of_fold(inputs, believed, seed, together=together)
        if scores is None:
            return None
        row = np.flatnonzero((source != LOST) & (believed == label[source]))
        paired = row, source[row]
        blocks = find_blocks(label, scores, paired, group=group, largest_shift=largest_shift, alpha=alpha)
        blocks = [_at_copied_run(block, label, alpha) for block in blocks]
        source = _sources(blocks, label, scores)
        previous, believed = believed, _believed(blocks, source, label)
        if np.array_equal(previous, believed):
            break
    return Alignment(label, scores, blocks, source, believed, alpha)


@threadpool_limits.wrap(limits=1)  # as in out_of_fold
def _first_source(inputs: np.ndarray, label: np.ndarray, largest_shift: int, alpha: float) -> np.ndarray:
    """Labels to fit the first model to, by position: as printed, or moved by one shift that explains more of them.

    A model fitted to the labels as printed learns nothing where most of them stand at other rows. The regression of
    the shifted labels on whitened inputs has n R^2 ~ chi-square with one degree of freedom for each input under
    independence, and all shifts follow from one cross-correlation. Where rows depend on each other, n R^2 is larger
    throughout: shifts keep the order of rows and labels, so the median over all of them tells by how much.
    """
    inputs = StandardScaler().fit_transform(inputs)
    if inputs.shape[1] <= MOST_QUADRATIC:
        inputs = StandardScaler().fit_transform(PolynomialFeatures(2, include_bias=False).fit_transform(inputs))
    left, size, _ = np.linalg.svd(inputs, full_matrices=False)
    left = left[:, size > 1e-6 * size.max(initial=1e-300)]
    n_rows = len(label)
    shift = np.arange(-(n_rows - 1), n_rows)
    centred = (label - label.mean()) / label.std()
    product = np.array(
        [correlate(centred, column * np.sqrt(n_rows), method="fft") for column in left.T]
    )  # (input, shift)
    explained = np.sum(product**2, axis=0) / (n_rows - abs(shift))  # n R^2 by shift
    explained[abs(shift) > min(largest_shift, n_rows // 2)] = 0.0  # too few labels to fit a model to
    best = int(np.argmax(explained))
    possible = explained[explained > 0]
    inflation = max(float(np.median(possible)) / stats.chi2.median(left.shape[1]), 1.0) if len(possible) else 1.0
    chance = stats.chi2.sf(explained[best] / inflation, left.shape[1]) * (2 * largest_shift + 1)
    # Where neighbouring rows are alike, small shifts explain nearly as much as none: a better one must be far better.
    better = chance < alpha and explained[best] > FAR_BETTER * explained[n_rows - 1]
    position = np.arange(n_rows) + (shift[best] if better else 0)
    return np.where((position >= 0) & (position < n_rows), position, LOST)


def _at_copied_run(block: Block, label: np.ndarray, alpha: float) -> Block:
    """The block with its end moved to where a copied label run shows exactly how the shift came about.

    Labels that were pasted in twice push the rest down: the |shift| labels before the block stand again as its first.
    Of several such places within the range of the end, which differ in no label, the outermost is taken.
    """
    length, base_rate = abs(block.shift), label.mean()
    down = block.shift > 0
    low, high = block.first_range if down else block.last_range
    chance = (base_rate**2 + (1 - base_rate) ** 2) ** length * (high - low + 1)
    if length == 0 or chance > alpha:
        return block
    for edge in range(low, high + 1) if down else range(high, low - 1, -1):
        middle = edge if down else edge + 1
        before, after = label[max(middle - length, 0) : middle], label[middle : middle + length]
        if len(before) == length and np.array_equal(before, after):
            return replace(block, first=edge) if down else replace(block, last=edge)
    return block


def _sources(blocks: list[Block], label: np.ndarray, scores: Scores) -> np.ndarray:
    """Position of the printed label that belongs to each row, LOST where there is none, of shape (n_rows,)."""
    row = np.arange(len(label))
    source = row.copy()
    for block in blocks:
        if block.story in ("unrelated", "shift"):
            source[block.first : block.last + 1] = LOST
    for block in blocks:
        if block.story == "shift":
            position = np.arange(block.first, block.last + 1)
            claimed = position - block.shift
            free = source[claimed] == LOST
            source[claimed[free]] = position[free]
            _settle_double_claims(block, source, label, scores)
    return source


def _settle_double_claims(block: Block, source: np.ndarray, label: np.ndarray, scores: Scores) -> None:
    """Give rows beside a block, which their own label and one of the block both claim, the likelier of the two.

    The rows that change are one stretch at the edge of the block; where both labels are equal, as after a label run
    that was copied, nothing changes.
    """
    length = min(abs(block.shift), block.last - block.first + 1)
    beside = block.first - 1 - np.arange(length) if block.shift > 0 else block.last + 1 + np.arange(length)
    beside = beside[(beside >= 0) & (beside < len(label))]
    own = (source[beside] == beside) & (beside + block.shift >= block.first) & (beside + block.shift <= block.last)
    beside = beside[np.cumprod(own).astype(bool)]  # outwards, while both claim the row
    moved = beside + block.shift
    moved_gain = log_likelihood(label[moved], scores.probability[beside])
    gain = np.cumsum(moved_gain - log_likelihood(label[beside], scores.probability[beside]))
    if len(gain) and gain.max() > 1e-9:
        stretch = slice(int(np.argmax(gain)) + 1)
        source[beside[stretch]] = moved[stretch]


def _believed(blocks: list[Block], source: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Label of each row after the mend, LOST where there is none, of shape (n_rows,)."""
    believed = np.where(source == LOST, LOST, label[source])
    for block in blocks:
        if block.story == "inverted":
            believed[block.first : block.last + 1] = 1 - label[block.first : block.last + 1]
    return believed
