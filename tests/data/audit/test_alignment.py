"""Label alignment: planted blocks are found where they are, sound catalogues are left alone."""

import itertools

import numpy as np
import pytest

from data.audit import align, audit, read_table
from data.audit.chain import chain_probability
from data.audit.dependence import fold_groups, near_copies
from data.audit.misalignment import audit_alignment
from data.audit.repeats import repeated_labels
from data.audit.scores import SCATTERED, Scores, out_of_fold
from data.audit.segmentation import DOUBT, Block, find_blocks


def found(catalogue):
    return audit_alignment(read_table(catalogue))


def spans(findings):
    return [(f.kind, f.details["first_row"], f.details["last_row"], f.details.get("shift")) for f in findings]


def pasted_twice(label, first=150, last=449, shift=40):
    """Labels before `first` stand again from there, the rest slides down until row `last`: the published defect."""
    wrong = label.copy()
    wrong[first : last + 1] = label[first - shift : last + 1 - shift]
    return wrong


@pytest.mark.heavy
def test_labels_pasted_twice_are_found_exactly(plain, build):
    features, label = plain()
    findings = found(build(features, pasted_twice(label)))
    (moved, first, last, shift), (lost, lost_first, lost_last, _) = spans(findings)
    assert (moved, lost, shift) == ("misaligned_labels", "lost_labels", 40)
    assert first <= 150 <= findings[0].details["first_row_range"][1]
    assert findings[0].details["last_row_range"][0] <= 409 <= findings[0].details["last_row_range"][1]
    assert abs(first - 150) <= 3
    assert abs(last - 409) <= 3
    assert lost_first == last + 1
    assert abs(lost_last - 449) <= 3
    assert findings[0].details["agreement_mended"] > 0.8 > findings[0].details["agreement_printed"]


def test_the_mend_restores_the_labels(plain, build):
    features, label = plain()
    alignment = align(read_table(build(features, pasted_twice(label))))
    known = alignment.believed >= 0
    assert known.sum() >= 550
    assert np.mean(alignment.believed[known] == label[known]) > 0.99


def test_labels_that_slid_up(plain, build):
    features, label = plain()
    wrong = label.copy()
    wrong[200:400] = label[230:430]
    (lost, lost_first, lost_last, _), (moved, first, last, shift) = sorted(
        spans(found(build(features, wrong))), key=lambda s: s[1]
    )
    assert (lost, moved, shift) == ("lost_labels", "misaligned_labels", -30)
    assert abs(lost_first - 200) <= 3
    assert abs(first - 230) <= 3
    assert abs(last - 399) <= 3
    assert lost_last == first - 1


@pytest.mark.heavy
def test_two_blocks_exchanged(plain, build):
    features, label = plain()
    wrong = label.copy()
    wrong[50:150], wrong[400:500] = label[400:500], label[50:150]
    one, other = spans(finding for finding in found(build(features, wrong)) if finding.kind == "misaligned_labels")
    assert (one[3], other[3]) == (350, -350)
    assert max(abs(one[1] - 50), abs(one[2] - 149), abs(other[1] - 400), abs(other[2] - 499)) <= 4


@pytest.mark.parametrize("shift", [1, 7])
def test_all_labels_one_line_off(plain, build, shift):
    """As after a header that was read as a row: the model has nothing right to learn from at first."""
    features, label = plain()
    wrong = np.concatenate([label[:shift], label[:-shift]])
    findings = [f for f in found(build(features, wrong)) if f.kind == "misaligned_labels"]
    assert len(findings) == 1
    assert findings[0].details["shift"] == shift
    assert findings[0].details["first_row"] <= 3 + shift
    assert findings[0].details["last_row"] == 599 - shift


@pytest.mark.heavy
def test_shuffled_labels_have_no_shift(plain, build):
    features, label = plain()
    wrong = label.copy()
    wrong[250:370] = np.random.default_rng(3).permutation(label[250:370])
    ((kind, first, last, shift),) = spans(found(build(features, wrong)))
    assert (kind, shift) == ("misaligned_labels", None)
    assert abs(first - 250) <= 6
    assert abs(last - 369) <= 6


@pytest.mark.heavy
def test_inverted_labels(plain, build):
    features, label = plain()
    label[480:] = 1 - label[480:]
    ((kind, first, last, _),) = spans(found(build(features, label)))
    assert (kind, last) == ("inverted_labels", 599)
    assert abs(first - 480) <= 2


def test_noisier_labels_are_a_warning(build):
    random = np.random.default_rng(1)
    features = random.normal(size=(800, 3))
    slope = np.where(np.arange(800) < 250, 1.0, 8.0)
    label = (random.logistic(size=800) < slope * features[:, 0]).astype(int)
    (finding,) = found(build(features, label))
    assert (finding.kind, finding.severity) == ("weaker_labels", "warning")


@pytest.mark.heavy
def test_a_defect_among_many_scattered_wrong_labels(plain, build):
    features, label = plain(rows=1000, slope=8.0)
    scattered = np.random.default_rng(5).random(1000) < 0.1
    findings = found(build(features, pasted_twice(np.where(scattered, 1 - label, label), 300, 799, 60)))
    assert ("misaligned_labels", 60) in [(kind, shift) for kind, _, _, shift in spans(findings)]


@pytest.mark.heavy
def test_row_numbers_are_those_of_the_catalogue(plain, build):
    features, label = plain()
    number = np.where(np.arange(600) < 30, np.arange(600), np.arange(600) + 1000)
    label[480:] = 1 - label[480:]
    (finding,) = found(build(features, label, simulation=number))
    assert abs(finding.details["first_row"] - 1480) <= 2
    assert finding.details["last_row"] == 1599


@pytest.mark.parametrize("order", ["random", "by label", "by feature", "interleaved"])
def test_sound_catalogues_in_any_order_give_nothing_but_the_order(plain, build, order):
    features, label = plain(seed=2)
    sequence = {
        "random": np.arange(600),
        "by label": np.argsort(label, kind="stable"),
        "by feature": np.argsort(features[:, 0]),
        "interleaved": np.array(
            [
                row
                for pair in itertools.zip_longest(np.flatnonzero(label == 0), np.flatnonzero(label == 1))
                for row in pair
                if row is not None
            ]
        ),
    }[order]
    part = np.where(np.random.default_rng(0).permutation(600) < 480, "train", "test")
    said = [finding.kind for finding in audit(build(features[sequence], label[sequence], split=part))]
    assert said == ([] if order == "random" else ["ordered_rows"])


def test_features_that_tell_nothing_are_said_to(build):
    random = np.random.default_rng(0)
    (finding,) = found(build(random.normal(size=(300, 3)), random.integers(0, 2, 300)))
    assert (finding.kind, finding.severity) == ("alignment_not_judged", "info")


def test_a_class_too_rare_to_fit_is_said_to(build):
    (finding,) = found(build(np.random.default_rng(0).normal(size=(300, 3)), np.arange(300) < 4))
    assert finding.kind == "alignment_not_judged"


def test_a_repeated_run_is_listed_with_both_places(build):
    random = np.random.default_rng(0)
    label = random.integers(0, 2, 400)
    label[200:260] = label[20:80]
    (finding,) = repeated_labels(read_table(build(random.normal(size=(400, 2)), label)))
    details = finding.details
    assert details["distance"] == 180
    assert 195 <= details["first_row"] <= 200
    assert 259 <= details["last_row"] <= 264
    assert details["original_first_row"] == details["first_row"] - 180


@pytest.mark.parametrize("label", [np.arange(400) // 200, np.arange(400) % 2, np.arange(400) % 3 == 0])
def test_regular_labels_do_not_repeat(build, label):
    assert repeated_labels(read_table(build(np.random.default_rng(0).normal(size=(400, 2)), label))) == []


def test_copied_rows_are_no_repeated_labels(plain, build):
    features, label = plain(rows=200)
    assert repeated_labels(read_table(build(np.vstack([features] * 2), np.concatenate([label] * 2)))) == []


def test_chain_of_labels():
    np.testing.assert_allclose(chain_probability(np.array([1, 0, 1, 1])), 3.5 / 5)
    alternating = chain_probability(np.arange(400) % 2)
    assert (alternating[3::2] > 0.98).all()
    assert (alternating[4::2] < 0.02).all()


def test_scores_are_calibrated_and_see_no_label_of_their_own_row(plain):
    features, label = plain(rows=1000)
    scores = out_of_fold(features, label, together=np.arange(1000))
    assert scores.probability.min() >= SCATTERED
    assert scores.probability.max() <= 1 - SCATTERED
    assert abs(scores.probability.mean() - label.mean()) < 0.02
    copied = np.repeat(np.random.default_rng(0).normal(size=(500, 4)), 2, axis=0)
    noise = out_of_fold(copied, label, together=fold_groups(copied, near_copies(copied)))
    assert not noise.informative  # equal rows share a fold, so their labels cannot be remembered


def best_division_by_hand(gain, cost):
    """The largest total of gains less costs over all paths of stories, by enumeration."""
    n_rows, n_stories = gain.shape
    best = -np.inf
    for path in itertools.product(range(n_stories), repeat=n_rows):
        entries = sum(cost[story] for row, story in enumerate(path) if story != (path[row - 1] if row else 0))
        best = max(best, sum(gain[row, story] for row, story in enumerate(path)) - entries)
    return best


@pytest.mark.parametrize("seed", range(5))
def test_the_division_is_the_best_of_all(seed):
    from data.audit.segmentation import _best_path, _Gains, story_shifts

    random = np.random.default_rng(seed)
    label = random.integers(0, 2, 6)
    scores = Scores(random.uniform(0.02, 0.98, 6), 0.5, "by hand", 0.1, 0.01)
    gains = _Gains(label, scores, (np.arange(6), np.arange(6)), story_shifts(1), np.arange(6))
    cost = np.concatenate([[0.0], random.uniform(0.1, 1.0, 5)])
    gain = np.array([gains.of_row(row) for row in range(6)])
    np.testing.assert_allclose(gain, np.column_stack([gains.of_story(story) for story in range(6)]))
    path = _best_path(gains, cost)
    entries = sum(cost[story] for row, story in enumerate(path) if story != (path[row - 1] if row else 0))
    np.testing.assert_allclose(gain[np.arange(6), path].sum() - entries, best_division_by_hand(gain, cost))


def test_a_block_shorter_than_its_shift_claims_no_row_beside_it():
    """Its labels belong to rows far away: those beside it have no second label to choose."""
    from data.audit.alignment import _settle_double_claims

    label, scores = np.zeros(100, dtype=int), Scores(np.full(100, 0.9), 0.5, "by hand", 0.1, 0.01)
    label[::2] = 1
    for shift in (30, -30):
        block = Block(40, 49, "shift", shift, 20.0, 10.0, (40, 40), (49, 49))
        source = np.where((np.arange(100) < 40) | (np.arange(100) > 49), np.arange(100), -1)
        before = source.copy()
        _settle_double_claims(block, source, label, scores)
        np.testing.assert_array_equal(source, before)


def test_labels_that_repeat_far_below_do_not_look_shifted(build):
    """The same 150 cases four times; in the second round the inputs tell less than elsewhere."""
    random = np.random.default_rng(4)
    cases = random.normal(size=(150, 3))
    label = np.tile(cases[:, 0] > 0, 4).astype(int)
    noise = np.where(np.arange(600) // 150 == 1, 1.5, 0.3)[:, None]
    features = np.tile(cases, (4, 1)) + noise * random.normal(size=(600, 3))
    assert not [finding.kind for finding in found(build(features, label)) if finding.severity == "error"]


def test_a_block_names_the_range_of_its_ends():
    label = np.array([0] * 40 + [1] * 20 + [0] * 40)
    scores = Scores(np.full(100, 0.02), 0.3, "by hand", 0.1, 0.01)
    label[::7] = np.where(label[::7] == 1, 1, 0)
    paired = np.arange(40), np.arange(40)
    (block,) = find_blocks(label, scores, paired, group=np.arange(100), largest_shift=3, alpha=0.01)
    assert (block.first, block.last, block.story) == (40, 59, "inverted")
    assert block.gain > block.cost
    assert block.first_range[0] <= 40 <= block.first_range[1]
    assert DOUBT > 0
