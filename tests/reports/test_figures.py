"""Figures of runs made by hand: random weights about a centre, so that nothing needs fitting."""

import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import asdict

import matplotlib
import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_hex

import bayesnet
from bayesnet.fitting import predict
from bayesnet.problems.network.draws import DIMS
from data import InputError, make_catalogue, rows
from reports.figures import (
    FIGURES,
    Run,
    colour_of,
    curves,
    fits,
    fits_of,
    inputs,
    load_run,
    mislabelled,
    predictions,
    style,
    to_png,
    to_svg,
    uncertainty,
)
from reports.style import CLASS_COLOURS, COLOURS, marker_of, shorten, with_unit
from reports.tables import TABLES

SIZES = {"mlp": (1, 1), "advi": (1, 20), "nuts": (4, 10)}  # chains, draws
MANY = [f"input_{i}_of_many_{'x' * i}" for i in range(20)]
HOSTILE = ["<script>alert(1)</script>", "$x_1 & y$", "a_very_long_name_of_an_input_that_no_axis_has_room_for"]


def made_run(methods, *, names=("height", "sxy", "mu_d"), unit="MPa", hidden=3) -> Run:
    """A run whose fits scatter about one set of weights, with what each method stores."""
    rng = np.random.default_rng(5)
    features = rng.normal(3, 2, size=(80, len(names)))
    catalogue = make_catalogue(
        name="made",
        features=features,
        label=features[:, 0] + rng.normal(0, 1.5, 80) > 3,
        split=np.repeat(["train", "test"], 40),
        feature_names=list(names),
        units=[unit] * len(names),
    )
    shapes = {"w0": (len(names), hidden), "b0": (hidden,), "w1": (hidden,), "b1": ()}
    small = 1 / np.sqrt(len(names) * hidden)  # no score saturates, however wide the network
    centre = {name: 3 * small * rng.normal(size=shape) for name, shape in shapes.items()}
    made = {method: _made_fit(catalogue, centre, small, *SIZES.get(method, (1, 20)), rng) for method in methods}
    if "advi" in made:
        trace = -100 + rng.normal(size=(2, 600))
        made["advi"]["fit_stats"] = xr.DataTree(
            xr.Dataset(
                {"elbo_trace": (("restart", "iteration"), trace)}, {"restart": [0, 1], "iteration": np.arange(600)}
            )
        )
    if "nuts" in made:
        made["nuts"]["fit_stats"] = xr.DataTree(xr.Dataset({"energy": (("chain", "step"), rng.normal(50, 3, (4, 10)))}))
    return Run(_compared(made, catalogue), made, catalogue)


def _made_fit(catalogue, centre, small, chains, draws, rng) -> xr.DataTree:
    train, test = rows(catalogue, "train"), rows(catalogue, "test")
    mean, sd = train["features"].mean("simulation"), train["features"].std("simulation")
    spread, hidden = (small if draws > 1 else 0), len(centre["b0"])
    posterior = {
        name: (("chain", "draw", *DIMS[name]), part + spread * rng.normal(size=(chains, draws, *part.shape)))
        for name, part in centre.items()
    }
    coords = {"chain": np.arange(chains), "draw": np.arange(draws), "hidden": np.arange(hidden)}
    tree = xr.DataTree.from_dict(
        {
            "posterior": xr.Dataset(posterior, coords | {"feature": catalogue["feature"].values}),
            "constant_data": xr.Dataset(
                {"x": (train["features"] - mean) / sd, "feature_mean": mean, "feature_sd": sd}
            ).drop_vars(("split", "units")),
            "predictions_constant_data": test[["features", "label"]].drop_vars("split"),
        }
    )
    tree.attrs = {"network": json.dumps(asdict(bayesnet.Network(hidden=hidden))), "method": "made", "seconds": 1.0}
    tree["predictions"] = xr.DataTree(predict(tree, test).to_dataset(name="p"))
    return tree


def _compared(made, catalogue) -> xr.DataTree:
    """As `bayesnet.compare`, but for the diagnostics, which ask what method it was."""
    patch = pytest.MonkeyPatch()
    patch.setitem(bayesnet.comparison.PARTS, "diagnostics", lambda c: _diagnostics(c.fits))
    patch.setitem(bayesnet.comparison.PARTS, "elpd", lambda c: xr.Dataset())
    try:
        return bayesnet.compare(made, catalogue)
    finally:
        patch.undo()


def _diagnostics(made) -> xr.Dataset:
    rng = np.random.default_rng(6)
    methods, n = list(made), next(iter(made.values()))["predictions"].sizes["simulation"]
    several = xr.DataArray([made[method]["posterior"].sizes["chain"] > 1 for method in methods], dims="method")
    simulation = next(iter(made.values()))["predictions"]["simulation"].values
    values = xr.Dataset(
        {
            "rhat": (("method", "simulation"), 1 + 0.01 * rng.random((len(methods), n))),
            "ess_bulk": (("method", "simulation"), 500 * rng.random((len(methods), n))),
            "ess_tail": (("method", "simulation"), 500 * rng.random((len(methods), n))),
        }
    ).where(several)
    values["rhat_max"], values["ess_min"] = values["rhat"].max("simulation"), values["ess_bulk"].min("simulation")
    values["converged"] = xr.ones_like(values["rhat_max"])
    values["bfmi_min"] = xr.full_like(values["rhat_max"], 0.7).where(several)
    values["elbo_spread"] = xr.full_like(values["rhat_max"], 1.5).where(xr.DataArray(methods, dims="method") == "advi")
    return values.assign_coords(method=methods, simulation=simulation)


@pytest.fixture(scope="module")
def run() -> Run:
    return made_run(["mlp", "advi", "nuts"])


@pytest.fixture(scope="module")
def alone() -> Run:
    return made_run(["mlp"])


def part(run: Run, name: str) -> xr.Dataset:
    return run.comparison[name].to_dataset()


def by_colour(axes, method):
    """The lines that a panel has in a method's colour."""
    return [line for line in axes.get_lines() if to_hex(line.get_color()) == colour_of(method).lower()]


def words(figure) -> str:
    """All that is written on a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(matplotlib.text.Text))


def checked(spec, run, *, rendered: bool = True) -> bool:
    """Draw a figure and check what every one must have; False where the run does not have what it takes."""
    figure = spec.draw(run)
    if figure is None:
        return False
    assert figure.get_facecolor() == (1, 1, 1, 1)
    for text in (spec.title, spec.caption(run), spec.alt(run)):
        assert len(text) > 5
        assert not re.search(r"\bnan\b|\binf\b", text, re.IGNORECASE), text
    for text in figure.findobj(matplotlib.text.Text):
        assert text.get_fontsize() >= 9 or not text.get_text()
        assert "nan" not in text.get_text().split()
    if rendered:
        (to_png if spec.dense else lambda one: to_svg(one, spec.name))(figure)
    return True


def test_every_figure_of_a_whole_run(run):
    assert [spec.name for spec in FIGURES if not checked(spec, run)] == []


def test_the_list_is_in_the_order_of_the_report():
    sections = [spec.section for spec in FIGURES]
    assert list(dict.fromkeys(sections)) == ["data", "fits", "predictions", "agreement", "weights", "importance"]
    assert sections == sorted(sections, key=list(dict.fromkeys(sections)).index)
    assert len({spec.name for spec in FIGURES}) == len(FIGURES)
    assert all(re.fullmatch(r"[a-z_0-9]+", spec.name) for spec in FIGURES)
    assert {spec.table for spec in FIGURES} - {None} <= set(TABLES)


def test_a_point_estimate_alone_leaves_out_what_it_has_not(alone):
    missing = {spec.name for spec in FIGURES if not checked(spec, alone, rendered=False)}
    assert missing == {
        *("elbo", "convergence", "ranks", "energy", "score_differences", "sd_against_score", "agreement"),
        *("score_scatter", "weight_densities", "weight_densities_matched", "weight_sd_ratio", "weight_contraction"),
        "importance_sd_change",
    }


@pytest.mark.parametrize(
    ("names", "hidden"), [(["only"], 1), (MANY, 2), pytest.param(MANY, 48, marks=pytest.mark.slow)]
)
def test_other_catalogues_and_networks(names, hidden):
    run = made_run(["mlp", "nuts", "my_own_method"], names=names, hidden=hidden, unit="")
    missing = {spec.name for spec in FIGURES if not checked(spec, run, rendered=names is MANY)}
    assert missing == {"elbo"} | ({"input_plane", "input_correlation"} if len(names) == 1 else set())


def test_runs_are_read_from_their_files_alone(run, tmp_path):
    comparison = run.comparison.copy()
    comparison.attrs |= {"fits": fits_of(run.fits), "catalogue_checksum": run.catalogue.attrs["checksum"]}
    bayesnet.save(comparison, tmp_path / "comparison.nc")
    bayesnet.save(xr.DataTree(run.catalogue), tmp_path / "catalogue.nc")
    for method, fit in run.fits.items():
        bayesnet.save(fit, tmp_path / f"{method}.nc")
    loaded = load_run(tmp_path)
    assert list(loaded.fits) == ["mlp", "advi", "nuts"]
    for spec in FIGURES:
        assert spec.caption(loaded) == spec.caption(run)
    other = run.fits["mlp"].copy()
    other.attrs = other.attrs | {"fingerprint": "of another fit"}
    bayesnet.save(other, tmp_path / "mlp.nc")
    with pytest.raises(InputError, match="got a comparison of other fits than lie beside it"):
        load_run(tmp_path)


def test_the_same_figure_gives_the_same_file(run):
    assert to_svg(curves.roc(part(run, "uncertainty")), "one") == to_svg(curves.roc(part(run, "uncertainty")), "one")
    assert to_png(curves.roc(part(run, "uncertainty"))) == to_png(curves.roc(part(run, "uncertainty")))


def test_svg_stands_in_a_page(run):
    text = to_svg(predictions.scores(part(run, "scores")), "scores")
    root = ElementTree.fromstring(text)
    assert "width" not in root.attrib
    assert "viewBox" in root.attrib
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("scores-") for one in ids)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]*)', text)) <= set(ids)
    assert set(re.findall(r"https?://[^\"]*", text)) == {"http://www.w3.org/2000/svg"}  # the namespace
    assert "<style" not in text
    assert "<metadata" not in text
    assert ">accuracy" in text  # text stays text


def test_settings_of_the_reader_neither_change_a_figure_nor_are_changed(run):
    before = dict(matplotlib.rcParams)
    plain = to_svg(curves.roc(part(run, "uncertainty")), "roc")
    assert dict(matplotlib.rcParams) == before
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black", "text.parse_math": True}):
        assert to_svg(curves.roc(part(run, "uncertainty")), "roc") == plain
    with style():
        assert matplotlib.rcParams["svg.fonttype"] == "none"


def test_a_method_looks_the_same_everywhere(run):
    drawn = {
        "scores": predictions.scores(part(run, "scores")),
        "roc": curves.roc(part(run, "uncertainty")),
    }
    for figure in drawn.values():
        for method in ("mlp", "advi", "nuts"):
            assert any(by_colour(axes, method) for axes in figure.axes)
    assert len({*COLOURS.values(), *CLASS_COLOURS.values()}) >= len(COLOURS)
    assert colour_of("my_own_method") == colour_of("my_own_method")
    assert colour_of("my_own_method") not in COLOURS.values()
    assert marker_of("my_own_method") == marker_of("my_own_method")


def test_names():
    assert shorten("height") == "height"
    assert len(shorten("x" * 100)) == 24
    assert shorten("a_long_name_that_ends_in_number_17").endswith("_17")
    assert with_unit("sxx", "MPa") == "sxx (MPa)"
    assert with_unit("mu_d", "1") == "mu_d (1)"
    assert with_unit("mystery", "") == "mystery"


def test_scores_are_those_stored(run):
    scores = part(run, "scores")
    figure = predictions.scores(scores)
    first = figure.axes[0]
    assert first.get_xlabel().startswith("accuracy")
    for method in ("mlp", "advi", "nuts"):
        (dot,) = by_colour(first, method)
        assert dot.get_xdata()[0] == scores["value"].sel({"method": method, "metric": "accuracy"})
    segments = [collection.get_segments()[0][:, 0] for collection in first.collections]
    assert np.allclose(segments, scores["rows_interval"].sel(metric="accuracy"))
