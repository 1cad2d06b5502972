"""Which labels stand at which rows: the best division of a catalogue into stretches, each with one story.

A story says which row's features go with the label y_j printed at row j:

    aligned      those of row j
    unrelated    none
    inverted     those of row j, with 0 and 1 exchanged
    weaker       those of row j, but they tell less than elsewhere: noisier labels, or another law
    shift k      those of row j - k: the label belongs to the row k above (k may be negative)

With m_j = P(y_j = 1 | labels before it), from the order of the labels alone, and p_i what the features of row i
predict at the base rate, Bayes' rule gives the odds of y_j = 1 that a story predicts:

    odds(m_j)^b (odds(p_i) / odds(base rate))^(c s),    s = 1, unrelated 0, inverted -1, weaker 0.3.

The exponents b and c, at most 1, are those of maximum likelihood: where features of neighbouring rows are alike, the
order of the labels tells part of what the features tell, and counting it twice would make predictions overconfident.

Where a long run of labels repeats the one k rows above, a shift by k gains no more than being unrelated does.

Every story but the first gains log P_story(y_j) - log P_aligned(y_j) a row. Where the labels are aligned, and m and p
right, the exponential of its running sum is a martingale with mean 1, so the chance that a story started at a given
row ever gains more than x is at most exp(-x) (Ville 1939). Entering a story of prior weight w therefore costs
log(n / (alpha w)); the weights sum to 1, and the chance that any block is found in a clean catalogue of n rows is at
most alpha / (1 - alpha). It is the scan statistic of Kulldorff (1997, doi:10.1080/03610929708831995) over contiguous
blocks, with this bound in place of its simulated threshold. The best division follows from one pass over the rows
(Viterbi 1967).

Rows that depend on each other are evidence of fewer rows than there are. Where residuals of near-copies or of
neighbours correlate, gains are divided by the design effect (see `data.audit.dependence.evidence_weights`): exact for
copies that agree, since the exponential of a mean gain has at most the mean 1 too, and measured for the rest (see
`data.audit.power`).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logit

from data.audit.chain import chain_probability
from data.audit.dependence import evidence_weights
from data.audit.scores import Scores

ALIGNED, UNRELATED, INVERTED, WEAKER = 0, 1, 2, 3
_NAMES = {UNRELATED: "unrelated", INVERTED: "inverted", WEAKER: "weaker"}
_STRENGTH = {UNRELATED: 0.0, INVERTED: -1.0, WEAKER: 0.3}  # s above
_OUTSIDE = -1e6  # gain of a shift that would reach beyond the first or last row; finite, so that sums stay numbers
DOUBT = 2.0  # nats that a boundary may lose and still be named possible: about 95 % of a likelihood-ratio interval


@dataclass(frozen=True)
class Block:
    """A stretch of printed labels that one story explains better than alignment does.

    Attributes
    ----------
    first, last : int
        Positions of its first and last label.
    story : str
        `"unrelated"`, `"inverted"`, `"weaker"` or `"shift"`.
    shift : int
        Rows by which its labels stand too low; 0 unless the story is `"shift"`.
    gain : float
        Log-likelihood over alignment (nats), by rows that count as independent.
    cost : float
        What the gain had to exceed.
    first_range, last_range : tuple of (int, int)
        Positions of the two ends within DOUBT of the best.
    """

    first: int
    last: int
    story: str
    shift: int
    gain: float
    cost: float
    first_range: tuple[int, int]
    last_range: tuple[int, int]


def story_shifts(largest: int) -> np.ndarray:
    """Shift of each story: 0 for the first four, then 1, -1, 2, -2, ... up to the largest."""
    steps = np.arange(1, largest + 1)
    return np.concatenate([[0, 0, 0, 0], np.column_stack([steps, -steps]).ravel()])


def find_blocks(
    label: np.ndarray,
    scores: Scores,
    paired: tuple[np.ndarray, np.ndarray],
    *,
    group: np.ndarray,
    largest_shift: int,
    alpha: float,
) -> list[Block]:
    """Stretches of labels that do not belong to their rows.

    Parameters
    ----------
    label : ndarray of int of shape (n_rows,)
        Printed labels, 0 or 1.
    scores : Scores
        Out-of-fold probabilities of the same rows.
    paired : tuple of two ndarray of int of equal length
        Rows, and the positions of the printed labels that are believed to belong to them.
    group : ndarray of int of shape (n_rows,)
        Near-copies among the rows: see `data.audit.dependence.near_copies`.
    largest_shift : int
        Shifts searched, upwards and downwards.
    alpha : float
        Chance of any block in a clean catalogue.

    Returns
    -------
    list of Block
        In row order.
    """
    shifts = story_shifts(largest_shift)
    weight = np.concatenate([[1.0, 0.25, 0.25, 0.25], np.full(2 * largest_shift, 0.125 / max(largest_shift, 1))])
    cost = np.log(len(label) / (alpha * weight))
    cost[ALIGNED] = 0.0
    gains = _Gains(label, scores, paired, shifts, group)
    path = _best_path(gains, cost)
    edges = np.flatnonzero(np.diff(path)) + 1
    starts, stops = np.concatenate([[0], edges]), np.concatenate([edges, [len(label)]])
    return [
        _block(gains, path, int(start), int(stop), shifts, cost)
        for start, stop in zip(starts, stops, strict=True)
        if path[start] != ALIGNED
    ]


class _Gains:
    """Gain over alignment of every story: by row for the search, by story for the ends of a block."""

    def __init__(
        self,
        label: np.ndarray,
        scores: Scores,
        paired: tuple[np.ndarray, np.ndarray],
        shifts: np.ndarray,
        group: np.ndarray,
    ) -> None:
        self.label, self.shifts = label, shifts
        self._sign = 2 * label - 1  # turns the log odds of label 1 into those of the printed label
        order = self._sign * logit(chain_probability(label))
        features = logit(scores.probability) - logit(scores.base_rate)
        row, position = paired
        exponents = _exponents(order[position], self._sign[position] * features[row])
        self._order, self._features = exponents[0] * order, exponents[1] * features
        self._aligned = log_expit(self._order + self._sign * self._features)
        self._repeated = _in_long_repeats(label, shifts)
        wrong = -np.expm1(log_expit(self._order[position] + self._sign[position] * self._features[row]))
        self._weight = evidence_weights(group, position, self._sign[position] * wrong)

    def of_row(self, row: int) -> np.ndarray:
        """Gains of all stories at one row, of shape (n_stories,)."""
        source = row - self.shifts
        inside = (source >= 0) & (source < len(self.label))
        features = self._features[np.where(inside, source, 0)]
        for story, strength in _STRENGTH.items():
            features[story] *= strength
        gain = log_expit(self._order[row] + self._sign[row] * features) - self._aligned[row]
        gain = np.where(self._repeated[row], np.minimum(gain, gain[UNRELATED]), gain)
        return np.where(inside, self._weight[row] * gain, _OUTSIDE)

    def of_story(self, story: int) -> np.ndarray:
        """Gains of one story at all rows, of shape (n_rows,)."""
        source = np.arange(len(self.label)) - self.shifts[story]
        inside = (source >= 0) & (source < len(self.label))
        features = self._features[np.where(inside, source, 0)] * _STRENGTH.get(story, 1.0)
        gain = log_expit(self._order + self._sign * features) - self._aligned
        unrelated = log_expit(self._order) - self._aligned
        gain = np.where(self._repeated[:, story], np.minimum(gain, unrelated), gain)
        return np.where(inside, self._weight * gain, _OUTSIDE)


def _in_long_repeats(label: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Whether a label stands in a long run that repeats the labels `shift` rows above it, `(row, story)`.

    There a shift explains the label because labels repeat, as a design that runs through the same cases does, and not
    because it left its row: only what is unrelated to its own row's features speaks for that. Long is what independent
    labels would not reach once in a hundred catalogues.
    """
    base_rate = float(label.mean())
    chance = base_rate**2 + (1 - base_rate) ** 2
    long = int(np.ceil(np.log(100 * len(label) * len(shifts)) / -np.log(chance))) if 0 < base_rate < 1 else len(label)
    repeated = np.zeros((len(label), len(shifts)), dtype=bool)
    for story in np.flatnonzero(shifts):
        shift = int(shifts[story])
        later = slice(max(shift, 0), len(label) + min(shift, 0))
        earlier = slice(max(-shift, 0), len(label) - max(shift, 0))
        edge = np.diff((label[later] == label[earlier]).astype(np.int8), prepend=0, append=0)
        starts, stops = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
        for run in np.flatnonzero(stops - starts >= long):
            repeated[later.start + starts[run] : later.start + stops[run], story] = True
    return repeated


def _exponents(order: np.ndarray, features: np.ndarray) -> np.ndarray:
    """b and c within [0, 1] at maximum likelihood, from the two log odds of the right label of shape (n_pairs,)."""

    def loss(exponents: np.ndarray) -> tuple[float, np.ndarray]:
        log_odds = exponents[0] * order + exponents[1] * features
        slope = -expit(-log_odds)
        return -log_expit(log_odds).mean(), np.array([np.mean(slope * order), np.mean(slope * features)])

    return minimize(loss, (0.5, 0.5), jac=True, bounds=[(0, 1), (0, 1)], method="L-BFGS-B").x


def _best_path(gains: _Gains, cost: np.ndarray) -> np.ndarray:
    """Story of each row, of shape (n_rows,), with the largest total of gains less the costs of entering stories."""
    n_rows, n_stories = len(gains.label), len(cost)
    entered = np.zeros((n_rows, n_stories), dtype=bool)  # (row, story): the story was entered at this row
    before = np.zeros(n_rows, dtype=np.int64)  # (row,): the best story to come from
    total = np.full(n_stories, -np.inf)
    total[ALIGNED] = 0.0
    for row in range(n_rows):
        before[row] = np.argmax(total)
        entry = total[before[row]] - cost
        entered[row] = entry > total
        total = np.maximum(total, entry) + gains.of_row(row)
    path = np.zeros(n_rows, dtype=np.int64)
    story = int(np.argmax(total))
    for row in range(n_rows - 1, -1, -1):
        path[row] = story
        story = int(before[row]) if entered[row, story] else story
    return path


def _block(gains: _Gains, path: np.ndarray, start: int, stop: int, shifts: np.ndarray, cost: np.ndarray) -> Block:
    story = int(path[start])
    last = _possible_edges(gains, path, stop)
    return Block(
        first=start,
        last=stop - 1,
        story=_NAMES.get(story, "shift"),
        shift=int(shifts[story]),
        gain=float(gains.of_story(story)[start:stop].sum()),
        cost=float(cost[story]),
        first_range=_possible_edges(gains, path, start),
        last_range=(last[0] - 1, last[1] - 1),
    )


def _possible_edges(gains: _Gains, path: np.ndarray, edge: int) -> tuple[int, int]:
    """Smallest and largest first row of the right-hand story that lose at most DOUBT against the best edge."""
    n_rows = len(path)
    if edge in (0, n_rows):
        return edge, edge
    left, right = path[edge - 1], path[edge]
    start = edge - int(np.argmax(np.append(path[:edge][::-1] != left, True)))
    stop = edge + int(np.argmax(np.append(path[edge:] != right, True)))
    difference = (gains.of_story(left) - gains.of_story(right))[start:stop]
    profile = np.concatenate([[0.0], np.cumsum(difference)])  # of the edges start, start + 1, ..., stop
    near = np.flatnonzero(profile >= profile[edge - start] - DOUBT)
    return start + int(near[0]), start + int(near[-1])
