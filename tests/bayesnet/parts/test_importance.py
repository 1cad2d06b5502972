import json

import arviz as az
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.inspection import permutation_importance as sklearn_importance
from sklearn.neural_network import MLPClassifier

import bayesnet
from bayesnet import Network
from bayesnet.grading import with_fewer_tested
from bayesnet.metrics import DIRECTION, METRICS
from bayesnet.parts.importance import permutation_importance
from bayesnet.problems.network.model import ACTIVATIONS
from bayesnet.problems.network.shuffling import shuffles
from data import InputError, rows
from data.seeds import seed_for
from tests.bayesnet.hand_made import catalogue_of

FEATURES = ["a", "b", "c"]
NAMES = ["accuracy", "f1", "f1_weighted", "log_score", "brier"]


def toy_catalogue(n=80, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(3.0, 2.0, (n, 3))
    return catalogue_of(features, (features[:, 0] + rng.normal(size=n) > 3).astype(int))


def tree_of(w0, b0, w1, b1, network=None, mean=None, sd=None, features=FEATURES):
    """A fit with given weights: w0 (chain, draw, feature, hidden), b0, w1 and b1."""
    w0, b0, w1, b1 = (np.asarray(weight, dtype=float) for weight in (w0, b0, w1, b1))
    chains, draws, n_features, hidden = w0.shape
    network = Network(hidden=hidden) if network is None else network
    coords = {"chain": np.arange(chains), "draw": np.arange(draws), "feature": features, "hidden": np.arange(hidden)}
    over = ("chain", "draw")
    posterior = {
        "w0": ((*over, "feature", "hidden"), w0),
        "b0": ((*over, "hidden"), b0),
        "w1": ((*over, "hidden"), w1),
        "b1": (over, b1),
    }
    mean = np.zeros(n_features) if mean is None else mean
    sd = np.ones(n_features) if sd is None else sd
    constant = xr.Dataset(
        {"feature_mean": ("feature", mean), "feature_sd": ("feature", sd)}, coords={"feature": features}
    )
    observed = xr.Dataset({"y": ("simulation", [0.0, 1.0])})
    groups = {"posterior": xr.Dataset(posterior, coords), "constant_data": constant, "observed_data": observed}
    tree = xr.DataTree.from_dict(groups)
    tree.attrs["problem"] = json.dumps(network.settings())
    return tree


def random_weights(seed, chains=2, draws=3, hidden=4, scale=0.8):
    rng = np.random.default_rng(seed)
    shapes = (3, hidden), (hidden,), (hidden,), ()
    return [rng.normal(0, scale, (chains, draws, *shape)) for shape in shapes]


def random_tree(seed=1, activation="relu", **sizes):
    weights = random_weights(seed, **sizes)
    network = Network(hidden=weights[1].shape[-1], activation=activation)
    return tree_of(*weights, network=network, mean=np.full(3, 3.0), sd=np.full(3, 2.0))


def brute_force(tree, catalogue, columns, orders):
    """Scores p (repeat, chain, draw, row) by the forward pass over rows that really are shuffled."""
    test = rows(catalogue, "test")
    scores = []
    for order in orders:
        shuffled = test.copy(deep=True)
        for column in columns:
            position = FEATURES.index(column)
            shuffled["features"].values[:, position] = test["features"].values[order, position]
        scores.append(bayesnet.predict(tree, shuffled).values)
    return np.stack(scores)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_equals_the_forward_pass_over_shuffled_rows(activation):
    catalogue, tree = toy_catalogue(), random_tree(activation=activation)
    label = rows(catalogue, "test")["label"].values
    groups = {"all but b": ["c", "a"], "b": ["b"]}
    got = permutation_importance(tree, catalogue, metric=NAMES, repeats=4, seed=5, groups=groups)
    orders = shuffles(len(label), 4, seed_for(5, "importance"))
    before = brute_force(tree, catalogue, [], orders[:1])[0]
    subsets = {"propagation": label == 1, "arrest": label == 0}
    subsets["TP"] = subsets["propagation"] & (before.mean((0, 1)) > 0.5)
    subsets["TN"] = subsets["arrest"] & (before.mean((0, 1)) <= 0.5)
    for group, columns in groups.items():
        after = brute_force(tree, catalogue, columns, orders)
        here = got.sel(group=group)
        for name in NAMES:
            one, value = here.sel(metric=name), METRICS[name]
            of_mean = DIRECTION[name] * (value(label, before.mean((0, 1))) - value(label, after.mean((1, 2))))
            of_draws = DIRECTION[name] * (value(label, before) - value(label, after))  # (repeat, chain, draw)
            np.testing.assert_allclose(one["baseline"], value(label, before.mean((0, 1))), atol=1e-12)
            np.testing.assert_allclose(one["draw_baseline"], value(label, before), atol=1e-12)
            np.testing.assert_allclose(one["drop"], of_mean, atol=1e-12)
            np.testing.assert_allclose(one["draw_drop"], of_draws.mean(0), atol=1e-12)
            np.testing.assert_allclose(one["repeat_drop"], of_draws.mean((1, 2)), atol=1e-12)
            np.testing.assert_allclose(one["repeat_sd"], of_draws.mean((1, 2)).std(), atol=1e-12)
            np.testing.assert_allclose(one["draw_mean"], of_draws.mean(), atol=1e-12)
            np.testing.assert_allclose(one["draw_sd"], of_draws.mean(0).std(), atol=1e-12)
            interval = np.quantile(of_draws.mean(0), [0.025, 0.975])
            np.testing.assert_allclose([one["draw_lower"], one["draw_upper"]], interval, atol=1e-12)
            np.testing.assert_allclose(one["drop_mean"], of_mean.mean(), atol=1e-12)
            np.testing.assert_allclose(one["drop_sd"], of_mean.std(), atol=1e-12)
        for subset, rows_of in subsets.items():
            change = (after.std((1, 2)) - before.std((0, 1)))[:, rows_of].mean(1)
            np.testing.assert_allclose(here["sd_change"].sel(subset=subset), change, atol=1e-9)
            np.testing.assert_allclose(here["sd_change_mean"].sel(subset=subset), change.mean(), atol=1e-9)
            np.testing.assert_allclose(here["sd_change_sd"].sel(subset=subset), change.std(), atol=1e-9)
            baseline = before.std((0, 1))[rows_of].mean()
            np.testing.assert_allclose(got["sd_baseline"].sel(subset=subset), baseline, atol=1e-9)


@pytest.mark.heavy
def test_equals_scikit_learn_for_the_mlp():
    catalogue = toy_catalogue(n=300)
    tree = bayesnet.fit("mlp", Network(hidden=5), catalogue, seed=2)
    test = rows(catalogue, "test")
    constant, weights = tree["constant_data"], tree["posterior"].isel(chain=0, draw=0)
    x, y = (test["features"].values - constant["feature_mean"].values) / constant["feature_sd"].values, test["label"]
    model = MLPClassifier((5,)).partial_fit(x, y.values, classes=[0, 1])
    model.coefs_ = [weights["w0"].values, weights["w1"].values[:, None]]
    model.intercepts_ = [weights["b0"].values, weights["b1"].values[None]]
    scorers = {"accuracy": "accuracy", "f1": "f1", "f1_weighted": "f1_weighted", "log_score": "neg_log_loss"}
    got = permutation_importance(tree, catalogue, metric=list(scorers), repeats=30, seed=3)
    expected = sklearn_importance(
        model, x, y.values, scoring=list(scorers.values()), n_repeats=30, random_state=seed_for(3, "importance")
    )
    assert (got["drop_mean"] > 0.02).any()
    for name, scorer in scorers.items():
        one, theirs = got.sel(metric=name), expected[scorer]
        same = np.testing.assert_array_equal if name in ("accuracy", "f1") else np.testing.assert_allclose
        same(one["drop"].values, theirs["importances"])
        np.testing.assert_allclose(one["drop_mean"], theirs["importances_mean"], atol=1e-15)
        np.testing.assert_allclose(one["drop_sd"], theirs["importances_std"], atol=1e-15)
        np.testing.assert_allclose(one["draw_mean"], theirs["importances_mean"], atol=1e-15)


def test_an_unused_input_has_no_importance_in_any_draw():
    catalogue = toy_catalogue()
    w0, b0, w1, b1 = random_weights(3)
    w0[:, :, 1] = 0
    got = permutation_importance(tree_of(w0, b0, w1, b1), catalogue, metric=NAMES, repeats=5).sel(feature="b")
    for name in ("drop", "drop_sd", "draw_drop", "draw_sd", "draw_lower", "draw_upper", "repeat_drop", "sd_change"):
        assert (got[name] == 0).all(), name


def linear_weights(slopes):
    """A ReLU network of logit sum_i slopes_i x_i: each input in two units, relu(s x) - relu(-s x)."""
    w0 = np.concatenate([np.diag(slopes), -np.diag(slopes)], axis=1)
    w1 = np.repeat([1.0, -1.0], len(slopes))
    return w0[None, None], np.zeros((1, 1, w1.size)), w1[None, None], np.zeros((1, 1))


def test_the_only_input_of_a_perfect_rule_costs_half_the_rows():
    # of 40 + 40 rows a shuffled column calls each row by the class of a random one: right half of the time
    features = np.random.default_rng(4).normal(size=(160, 3))
    features[:, 0] = np.abs(features[:, 0]) * np.tile([-1, 1], 80)
    catalogue = catalogue_of(features, (features[:, 0] > 0).astype(int))
    got = permutation_importance(tree_of(*linear_weights([5, 0, 0])), catalogue, metric="accuracy", repeats=200)
    one = got.sel(feature="a", metric="accuracy")
    assert one["baseline"] == 1
    assert abs(one["drop_mean"] - 0.5) < 4 * one["drop_sd"] / np.sqrt(200)


def test_additive_network_ranks_inputs_by_their_slopes():
    rng = np.random.default_rng(5)
    features = rng.normal(size=(600, 3))
    catalogue = catalogue_of(features, (features @ [4.0, 2.0, 1.0] + rng.logistic(size=600) > 0).astype(int))
    got = permutation_importance(tree_of(*linear_weights([4, 2, 1])), catalogue, metric=NAMES, repeats=20)
    for name in NAMES:
        a, b, c = got["drop_mean"].sel(metric=name).values
        assert a > b > c > 0


def test_a_group_recovers_what_single_columns_of_a_copied_input_hide():
    rng = np.random.default_rng(6)
    features = rng.normal(size=(200, 3))
    features[:, 1] = features[:, 0]
    catalogue = catalogue_of(features, (features[:, 0] > 0).astype(int))
    shared, alone = tree_of(*linear_weights([3, 3, 0])), tree_of(*linear_weights([6, 0, 0]))
    options = {"metric": "log_score", "repeats": 5}
    jointly = permutation_importance(shared, catalogue, groups={"pair": ("a", "b")}, **options)
    one_by_one = permutation_importance(shared, catalogue, **options)
    truth = permutation_importance(alone, catalogue, **options).sel(feature="a")
    np.testing.assert_allclose(jointly["drop"].sel(group="pair"), truth["drop"], rtol=1e-12)
    assert (one_by_one["drop_mean"].sel(feature=["a", "b"]) < 0.6 * jointly["drop_mean"].item()).all()
    assert jointly["columns"].item() == "a, b"


def test_within_neighbours_a_copied_input_is_not_missed():
    rng = np.random.default_rng(6)
    features = rng.normal(size=(200, 3))
    features[:, 1] = features[:, 0]
    catalogue = catalogue_of(features, (features[:, 0] > 0).astype(int))
    tree = tree_of(*linear_weights([3, 3, 2]))
    found = permutation_importance(tree, catalogue, metric="log_score", repeats=5, conditional=True)
    assert found["told_by_others"].values[:2] == pytest.approx(1.0, abs=1e-4)
    assert found["drop_mean"].sel(metric="log_score").values[:2] == pytest.approx(0.0, abs=0.01)
    marginal = permutation_importance(tree, catalogue, metric="log_score", repeats=5)["drop_mean"].sel(
        metric="log_score"
    )
    assert (marginal[:2] > 0.5).all()
    c = found["drop_mean"].sel(metric="log_score", feature="c")
    assert abs(float(c - marginal.sel(feature="c"))) < 4 * float(found["drop_sd"].sel(metric="log_score", feature="c"))


def test_intervals_are_of_resampled_rows_and_shuffles():
    catalogue, tree = toy_catalogue(n=160), random_tree()
    label = rows(catalogue, "test")["label"].values
    names = [*NAMES, "roc_auc"]
    got = permutation_importance(tree, catalogue, metric=names, repeats=4, seed=5, groups={"b": ["b"]}).isel(group=0)
    p = brute_force(tree, catalogue, ["b"], shuffles(len(label), 4, seed_for(5, "importance"))).mean((1, 2))
    before = brute_force(tree, catalogue, [], [np.arange(len(label))])[0].mean((0, 1))
    rng, drops = np.random.default_rng(0), {name: [] for name in NAMES}
    for _ in range(800):
        some, repeats = rng.integers(len(label), size=len(label)), rng.integers(4, size=4)
        for name in NAMES:
            lost = METRICS[name](label[some], before[some]) - METRICS[name](label[some], p[repeats][:, some]).mean()
            drops[name].append(DIRECTION[name] * lost)
    for name, found in drops.items():
        expected, width = np.quantile(found, [0.025, 0.975]), np.std(found)
        one = got.sel(metric=name)
        np.testing.assert_allclose([one["drop_lower"], one["drop_upper"]], expected, atol=0.4 * width)
        assert one["drop_lower"] <= one["drop_mean"] <= one["drop_upper"]
    assert got[["drop_lower", "drop_upper"]].sel(metric="roc_auc").to_array().isnull().all()


def test_of_many_draws_some_are_used():
    catalogue, weights = toy_catalogue(), random_weights(3, draws=8)
    some = permutation_importance(tree_of(*weights), catalogue, repeats=2, draws=4)
    alone = permutation_importance(tree_of(*(weight[:, ::4] for weight in weights)), catalogue, repeats=2)
    assert some["draws_used"] == 4
    np.testing.assert_array_equal(some["drop"], alone["drop"])
    assert some["draw"].values.tolist() == [0, 4]


@pytest.mark.heavy
@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.permutations(range(4)))
def test_hidden_units_may_be_permuted_and_rescaled(seed, order):
    catalogue, (w0, b0, w1, b1) = toy_catalogue(n=40), random_weights(seed)
    scale = 2.0 ** np.random.default_rng(seed).integers(-3, 4, w1.shape)
    plain = tree_of(w0, b0, w1, b1)  # of moderate logits, where 1 - p is exact enough to compare
    order = list(order)
    other = tree_of((w0 * scale[..., None, :])[..., order], (b0 * scale)[..., order], (w1 / scale)[..., order], b1)
    options = {"metric": ["log_score", "brier"], "repeats": 2}
    left, right = (permutation_importance(tree, catalogue, **options) for tree in (plain, other))
    for name in ("drop", "draw_drop", "repeat_drop"):
        np.testing.assert_allclose(left[name], right[name], atol=1e-9)
    np.testing.assert_allclose(left["sd_change"], right["sd_change"], atol=1e-7)


@pytest.mark.parametrize("block", [1, 4 * 40 * 2, 4 * 40 * 4, 10**9])
def test_same_result_whatever_the_block(block):
    catalogue, tree = toy_catalogue(), random_tree()
    options = {"metric": NAMES, "repeats": 3}
    left = permutation_importance(tree, catalogue, **options)
    xr.testing.assert_allclose(left, permutation_importance(tree, catalogue, block=block, **options), atol=1e-9)


def test_all_methods_meet_the_same_shuffles():
    # alone or among other draws, with other metrics and groups, a draw meets the same shuffles
    catalogue, weights = toy_catalogue(), random_weights(7)
    among = permutation_importance(tree_of(*weights), catalogue, repeats=3, seed=8)
    alone = tree_of(*(weight[1:, 2:] for weight in weights))
    alone = permutation_importance(alone, catalogue, metric=("log_score", "f1"), repeats=3, seed=8, groups={"b": ["b"]})
    left, right = among["draw_drop"].sel(feature="b", chain=1, draw=2), alone["draw_drop"].sel(group="b", metric="f1")
    np.testing.assert_array_equal(left.item(), right.item())
    again = permutation_importance(tree_of(*weights), catalogue, repeats=3, seed=8)
    xr.testing.assert_identical(among, again)
    other = permutation_importance(tree_of(*weights), catalogue, repeats=3, seed=9)
    assert (other["draw_drop"] != among["draw_drop"]).any()


def test_a_point_estimate_has_no_spread_over_draws():
    got = permutation_importance(random_tree(chains=1, draws=1), toy_catalogue(), metric=NAMES, repeats=3)
    absent = ["draw_sd", "draw_lower", "draw_upper", "sd_baseline", "sd_change", "sd_change_mean", "sd_change_sd"]
    for name in got.data_vars:
        assert got[name].isnull().all() if name in absent else got[name].notnull().all(), name
    np.testing.assert_allclose(got["draw_mean"], got["drop_mean"], atol=1e-15)


def test_a_single_repeat_has_no_spread_over_repeats():
    got = permutation_importance(random_tree(), toy_catalogue(), repeats=1)
    for name in got.data_vars:
        assert got[name].isnull().all() == (name in ("drop_sd", "repeat_sd", "sd_change_sd")), name


def test_a_cell_without_rows_is_absent():
    w0, b0, w1, b1 = random_weights(9)
    got = permutation_importance(tree_of(w0, b0, w1, b1 - 1e4), toy_catalogue(), repeats=2)
    assert got["sd_change"].sel(subset="TP").isnull().all()
    assert got["sd_change"].sel(subset=["propagation", "arrest", "TN"]).notnull().all()


@pytest.mark.parametrize("slope", [10, 1000])
def test_the_log_score_is_not_clipped_however_wrong_a_shuffled_row_is(slope):
    # the logit is 4 or -4 slopes, so a shuffled row called wrong costs 4 slopes: far beyond what a score can resolve
    features = np.random.default_rng(2).normal(size=(80, 3))
    features[:, 0] = np.tile([-4, 4], 40)
    catalogue = catalogue_of(features, np.tile([0, 1], 40))
    options = {"metric": ["log_score", "accuracy"], "repeats": 20}
    got = permutation_importance(tree_of(*linear_weights([slope, 0, 0])), catalogue, **options)
    wrong = got["drop"].sel(metric="accuracy")
    np.testing.assert_allclose(got["drop"].sel(metric="log_score"), 4 * slope * wrong, rtol=1e-12)
    # two draws, of which the second knows nothing: the mean probability of a row called wrong is 0.25
    weights = [np.concatenate([one, 0 * one], axis=1) for one in linear_weights([slope, 0, 0])]
    both = permutation_importance(tree_of(*weights), catalogue, **options)
    np.testing.assert_allclose(both["drop"].sel(metric="log_score"), np.log(3) * wrong, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(both["draw_mean"], got["drop_mean"] / 2, rtol=1e-12)


def test_a_fit_reloaded_from_disk_gives_the_same(tmp_path):
    catalogue, tree = toy_catalogue(), random_tree()
    fresh = permutation_importance(tree, catalogue, repeats=3)
    path = bayesnet.save(tree, tmp_path / "fit.nc")
    xr.testing.assert_identical(fresh, permutation_importance(bayesnet.load(path), catalogue, repeats=3))
    with az.from_netcdf(path) as lazy:
        xr.testing.assert_identical(fresh, permutation_importance(lazy, catalogue, repeats=3))


def test_the_result_survives_netcdf(tmp_path):
    got = permutation_importance(random_tree(), toy_catalogue(), repeats=2, groups={"pair": ["a", "b"]})
    path = bayesnet.save(xr.DataTree(got), tmp_path / "importance.nc")
    xr.testing.assert_equal(got, bayesnet.load(path).to_dataset())


def test_columns_are_found_by_name():
    catalogue, tree = toy_catalogue(), random_tree()
    turned = catalogue.isel(feature=[2, 0, 1])
    left, right = (permutation_importance(tree, each, repeats=2) for each in (catalogue, turned))
    xr.testing.assert_identical(left, right)
    w0, b0, w1, b1 = random_weights(1)
    other = tree_of(w0[:, :, [2, 0, 1]], b0, w1, b1, mean=np.full(3, 3.0), sd=np.full(3, 2.0), features=["c", "a", "b"])
    other = permutation_importance(other, catalogue, repeats=2).sel(feature=FEATURES)
    np.testing.assert_allclose(other["drop"], left["drop"], atol=1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"metric": "f2"}, "accuracy, f1, f1_weighted, log_score.*'f2'"),
        ({"metric": ["f1", "recall"]}, "'recall'"),
        ({"metric": []}, "got none"),
        ({"repeats": 0}, "repeats must be at least 1"),
        ({"block": 0}, "block must be at least 1"),
        ({"draws": 0}, "draws must be at least 1"),
        ({"groups": {"x": ["a"]}, "conditional": True}, "groups cannot be shuffled conditionally"),
        ({"groups": {}}, "at least one group"),
        ({"groups": {"x": []}}, "no feature in group 'x'"),
        ({"groups": {"x": ["a", "z"]}}, "features a, b, c, got 'z' in group 'x'"),
    ],
)
def test_refuses_what_it_does_not_know(options, message):
    with pytest.raises(InputError, match=message):
        permutation_importance(random_tree(), toy_catalogue(), **options)


def test_refuses_other_features():
    catalogue = toy_catalogue().assign_coords(feature=["a", "b", "z"])
    with pytest.raises(InputError, match=r"expected the features a, b, c .* got a, b, z"):
        permutation_importance(random_tree(), catalogue)


@pytest.mark.parametrize("conditional", [False, True])
def test_of_many_test_rows_some_are_used(conditional):
    catalogue, tree, options = toy_catalogue(n=160), random_tree(), {"repeats": 2, "conditional": conditional}
    fewer = permutation_importance(tree, with_fewer_tested(catalogue, 25), **options)
    xr.testing.assert_identical(permutation_importance(tree, catalogue, tested=25, **options), fewer)
    assert not fewer.equals(permutation_importance(tree, catalogue, **options))
