"""Convergence in words, tables and figures, mostly of results made by hand."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from matplotlib.text import Text

from bayesnet.contract import Result
from reports.convergence import convergence_words, khat_words
from reports.page import render
from reports.summary import summarise
from reports.view import FAIL, PASS, WARN
from reports.views import diagnostics
from reports.views.diagnostics import VIEW
from reports.words import ABSENT
from tests.reports.conftest import HOSTILE
from tests.reports.markup import parsed
from tests.reports.markup import words as words_of
from tests.reports.views.helpers import checked, subset, with_part

pytestmark = pytest.mark.usefixtures("undrawn")  # the page of a whole run is drawn in other tests

NUTS = {"converged": 1, "rhat_max": 1.002, "ess_min": 800, "divergences": 0, "lp_gap": 0.5, "heights_differ": 0}
LOST = NUTS | {"converged": 0, "rhat_max": 1.31, "ess_min": 12, "divergences": 7, "bfmi_min": 0.2}
ADVI = {"converged": 1, "khat": 1.4, "best": 1, "elbo_spread": 2.5, "restart_difference": 0.0301}
MLP = {"converged": 1, "best": 0}
OF_RESTARTS = {"elbo_gain": {"advi": [99.0, 0.3]}, "iterations": {"mlp": [62.0, 99.0]}}
CHAIN = {"lp_mean": [-80.0, -79.5, -60.2], "lp_se": [0.3, 0.3, 0.4], "chain_missed": [1, 1, 0]}


def made(methods: dict[str, dict], *, weights: tuple[float, float] | None = None) -> Result:
    """A run by hand: values of each method, and R-hats of its weights as drawn and matched."""
    names = list(methods)
    keys = dict.fromkeys(key for values in methods.values() for key in values)
    of_fits = {key: ("method", [values.get(key, np.nan) for values in methods.values()]) for key in keys}
    none = [np.nan, np.nan]
    of_restarts = {
        key: (("method", "restart"), [of.get(name, none) for name in names]) for key, of in OF_RESTARTS.items()
    }
    groups = {
        "cost": xr.Dataset({"seconds": ("method", np.ones(len(names)))}, {"method": names}),
        "diagnostics": xr.Dataset(of_fits | of_restarts, {"method": names, "restart": [0, 1]}),
    }
    if weights:
        largest = (("method", "alignment"), [weights] * len(names))
        groups["weight_summary"] = xr.Dataset(
            {"largest_rhat": largest}, {"method": names, "alignment": ["none", "matched"]}
        )
    tree = xr.DataTree.from_dict(groups)
    tree.attrs["reference"] = names[-1]
    return Result({"name": "made", "sections": {"Fits": ["diagnostics"]}}, tree)


def words(result: Result, method: str) -> str:
    return convergence_words(result, {"method": method})


def changed(result: Result, **values: float) -> Result:
    """The result with other diagnostics of NUTS."""
    parts = result.parts.copy(deep=True)
    for name, value in values.items():
        parts["diagnostics"][name].loc[{"method": "nuts"}] = value
    return replace(result, parts=parts)


def test_a_sampler_in_words():
    said = words(made({"nuts": NUTS}, weights=(1.9, 1.2)), "nuts")
    assert said.startswith("converged in its predictions (R-hat at most 1.002, limit 1.01; effective sample size")
    assert "at least 800, limit 400; 0 divergences)" in said
    assert said.endswith("R-hat of single weights is up to 1.900, 1.200 once units are matched")
    assert "E-BFMI" not in said


def test_a_sampler_that_did_not_converge():
    result = made({"mlp": MLP, "nuts": LOST})
    said = words(result, "nuts")
    assert said.startswith("did not converge (R-hat at most 1.310")
    assert "weights" not in said
    assert "E-BFMI is as low as 0.20" in said
    assert "diverged" not in said
    assert "1.50 % of its steps diverged" in words(made({"nuts": LOST | {"divergent": 0.015}}), "nuts")
    failed = checked(VIEW, result, FAIL)
    assert [*failed] == ["R-hat", "Effective sample size", "E-BFMI"]
    assert "NUTS 1.310 (limit: at most 1.010)" in failed["R-hat"]
    assert "NUTS 7" in checked(VIEW, result, WARN)["Divergences"]
    fine = made({"mlp": MLP, "nuts": NUTS})
    assert checked(VIEW, fine, FAIL, WARN) == {}
    assert checked(VIEW, fine, PASS)["R-hat"] == "NUTS 1.002 (limit: at most 1.010)."


def test_chains_at_different_heights_fail_a_check():
    result = made({"nuts": NUTS | {"converged": 0, "heights_differ": 1, "lp_gap": 19.8}})
    assert "different heights, mean log densities up to 19.8 nats apart" in words(result, "nuts")
    (heights,) = checked(VIEW, result, FAIL).values()
    assert heights.startswith("NUTS: chains sit at different heights")
    assert "19.8 nats (NUTS)" in heights


def test_a_mode_that_no_draw_came_near_is_a_warning():
    result = made({"nuts": NUTS | {"converged": 0, "missed_mode": 1, "missed_height": 25.3}})
    assert "missed the highest mode known by 25.3 nats" in words(result, "nuts")
    (missed,) = checked(VIEW, result, FAIL).values()
    assert missed.startswith("NUTS: no draw came near the highest mode")
    assert "25.3 nats" in missed


def test_chains_that_find_other_evidences_fail_a_check():
    smc = NUTS | {"divergences": np.nan, "log_evidence": -581.36, "log_evidence_se": 0.62, "log_evidence_spread": 1.83}
    result = made({"laplace": MLP | {"log_evidence": -590.0}, "smc": smc | {"converged": 0}})
    assert "log evidences within 1.8 nats of each other" in words(result, "smc")
    (evidence,) = checked(VIEW, result, FAIL).values()
    assert "SMC 1.83 (limit: at most 1.00)" in evidence
    (table,) = (one for one in VIEW.show(result).tables if one.title == "Evidence")
    assert [[cell[-6:] for cell in row] for row in table.rows] == [
        ["SMC", "581.36", "0.62", "1.8"],
        ["Laplace"[-6:], "590.00", ABSENT, ABSENT],
    ]
    fine = made({"smc": smc | {"log_evidence_spread": 0.4}})
    assert checked(VIEW, fine, FAIL) == {}


def test_steps_that_are_not_adjusted_bias_whatever_r_hat_says():
    result = made({"mclmc": NUTS | {"divergences": np.nan, "converged": 0, "energy_variance": 0.19}})
    said = words(result, "mclmc")
    assert said.startswith("did not converge (R-hat at most 1.002")
    assert "not adjusted: its draws are biased" in said
    assert "variance 0.19 a parameter, limit 0.0005" in said
    (energy,) = checked(VIEW, result, FAIL).values()
    assert "MCLMC 0.19 (limit: at most 0.00050)" in energy
    fine = made({"mclmc": NUTS | {"divergences": np.nan, "energy_variance": 7e-5}})
    assert "not adjusted" in words(fine, "mclmc")
    assert checked(VIEW, fine, FAIL) == {}


def test_a_single_chain_cannot_be_judged():
    result = made({"nuts": {"converged": 0, "ess_min": 90}})
    assert "cannot be judged" in words(result, "nuts")
    assert "NUTS: not shown to converge" in checked(VIEW, result, FAIL)["Several chains"]


def test_a_variational_fit_has_the_gain_of_the_restart_that_was_kept():
    said = words(made({"advi": ADVI}), "advi")
    assert said.startswith("converged: its ELBO stopped rising (the last tenth of the iterations gained 0.3 nats)")
    assert "within 2.5 nats" in said
    assert "differ by up to 0.0301" in said
    assert said.endswith("k-hat 1.4 (above 0.7) calls it far from the posterior")
    assert words(made({"advi": ADVI | {"converged": 0}}), "advi").startswith("did not converge")
    near = khat_words(made({"advi": ADVI | {"khat": 0.3}}), {"method": "advi"})
    assert "close to the posterior where it has mass" in near


def test_a_point_estimate_has_the_iterations_of_the_restart_that_was_kept():
    assert words(made({"mlp": MLP}), "mlp") == "converged in 62 iterations"
    result = made({"mlp": MLP | {"converged": 0}, "nuts": NUTS})
    assert words(result, "mlp") == "did not converge in 62 iterations"
    assert checked(VIEW, result, FAIL) == {"Optimiser": "MLP: had not converged when it stopped."}


def test_what_is_not_stored_is_not_said():
    result = made({"mlp": {}, "nuts": {"rhat_max": 1.2, "ess_min": 5, "converged": 0}})
    assert words(result, "mlp") == ""
    for said in (words(result, "nuts"), *VIEW.verdict(result), *checked(VIEW, result, PASS, WARN, FAIL).values()):
        assert "nan" not in said
        assert ABSENT not in said
    bare = with_part(result, "diagnostics", None)
    assert VIEW.show(bare) is None
    assert words(bare, "nuts") == ""
    assert list(VIEW.verdict(bare)) == list(VIEW.checks(bare)) == []


def test_the_verdict_without_a_sampler_is_k_hat_alone():
    assert list(VIEW.verdict(made({"mlp": MLP, "nuts": NUTS}))) == [f"NUTS {words(made({'nuts': NUTS}), 'nuts')}."]
    (said,) = VIEW.verdict(made({"mlp": MLP, "advi": ADVI}))
    assert "k-hat alone" in said
    assert said.endswith("for ADVI, k-hat 1.4 (above 0.7) calls it far from the posterior.")
    (said,) = VIEW.verdict(made({"mlp": MLP}))
    assert said.startswith("No sampler was run")
    assert "k-hat" not in said


def test_the_heights_of_the_chains_stand_beside_their_r_hat():
    result = made({"mlp": MLP, "nuts": NUTS})
    within = np.full((2, 3, 2), np.nan)
    within[1] = [[1.0, 1.01], [1.02, 1.0], [1.0, 1.0]]
    part = result.part("diagnostics").assign(
        {name: (("method", "chain"), [[np.nan] * 3, values]) for name, values in CHAIN.items()}
        | {"rhat_chainwise": (("method", "chain", "row"), within)}
    )
    shown = VIEW.show(with_part(result, "diagnostics", part.assign_coords(chain=[0, 1, 2])))
    (table,) = (one for one in shown.tables if one.title == "Heights of the chains")
    assert [row[:2] for row in table.rows] == [("NUTS", "0"), ("NUTS", "1"), ("NUTS", "2")]
    assert [row[2] for row in table.rows] == ["1.010", "1.020", "1.000"]
    assert [row[3][1:] for row in table.rows] == ["80.0", "79.5", "60.2"]
    assert [row[5] for row in table.rows] == ["NO", "NO", "yes"]


def test_restarts_are_told_by_the_metrics_of_the_problem(result):
    tables = {table.title: table for table in VIEW.show(result).tables}
    restarts, part = tables["Restarts"], result.part("diagnostics")
    assert [row[0] for row in restarts.rows] == ["MLP", "ADVI"]
    assert restarts.header[2:4] == ("accuracy ↑", "log score (nats) ↑")
    values = part["restart_value"].sel({"method": "mlp", "metric": "accuracy"}).values
    assert restarts.rows[0][1:3] == ("3", f"{values.min():.3f} to {values.max():.3f}")
    one = with_part(result, "diagnostics", part.isel(restart=[0]))
    assert "Restarts" not in {table.title for table in VIEW.show(one).tables}


def test_every_fit_of_a_run_has_its_words_and_figures(result):
    section = VIEW.show(result)
    said, chains, *_ = section.tables
    assert [row[0] for row in said.rows] == ["NUTS", "MLP", "ADVI"]
    assert [row[0] for row in chains.rows] == ["NUTS"]
    assert [image.name for image in section.images] == ["elbo", "convergence", "ranks", "energy"]
    assert all("nan" not in image.caption for image in section.images)
    assert all(image.source for image in section.images)
    values = summarise(result).loc["nuts"]
    assert values["ess_min"] == float(result.part("diagnostics")["ess_min"].sel({"method": "nuts"}))
    assert {"rhat_max", "divergences", "khat"} <= set(values.index)


def test_a_point_estimate_alone_has_neither_chains_nor_figures(result):
    section = VIEW.show(subset(result, "mlp"))
    assert [table.title for table in section.tables] == ["Did the fits converge?", "Restarts"]
    assert not section.images


def test_rank_plots_are_of_what_is_monitored_where_its_draws_are_stored(result):
    part = result.part("diagnostics").rename(simulation="parameter")
    monitored = VIEW.show(with_part(result, "diagnostics", part))
    assert [image.name for image in monitored.images] == ["elbo", "convergence", "energy"]
    assert "every parameter" in monitored.tables[1].note
    fit = result.fits["nuts"]["posterior"].to_dataset()
    assert diagnostics._draws(xr.DataTree.from_dict({"posterior": fit}), "hidden").dims == ("chain", "draw", "hidden")


def ranked(p: xr.DataArray) -> list[np.ndarray]:
    """Heights of the bars of each chain, the first chain first, of the rank plot of one row."""
    rhat = xr.DataArray([1.0], {"simulation": [7]}, "simulation")
    bars = diagnostics.ranks(p, method="nuts", rhat=rhat, bins=4).axes[0].patches
    heights = np.reshape([bar.get_height() for bar in bars], (p.sizes["chain"], 4))
    return list(heights[::-1])


def test_ranks_of_mixed_chains_are_flat_and_of_stuck_ones_are_not():
    coords = {"chain": np.arange(4), "draw": np.arange(400), "simulation": [7]}
    mixed = xr.DataArray(np.random.default_rng(1).random((4, 400, 1)), coords, ("chain", "draw", "simulation"))
    assert np.allclose(ranked(mixed), 0.45, atol=0.1)
    two = mixed.isel(chain=[0, 1]) + xr.DataArray([0.0, 2.0], {"chain": [0, 1]}, "chain")
    assert np.allclose(ranked(two)[0], [0.9, 0.9, 0, 0])
    four = mixed + xr.DataArray([0.0, 2.0, 4.0, 6.0], {"chain": np.arange(4)}, "chain")
    assert np.max(ranked(four)) < 1  # no bar stands in the strip above
    assert ranked(four)[3].argmax() == 3


def test_text_of_the_figures_can_be_read(result):
    part = result.part("diagnostics")
    traces = {"advi": result.fits["advi"]["fit_stats"]["elbo_trace"]}
    figures = diagnostics.elbo(traces), diagnostics.convergence(part, "test rows")
    for figure in figures:
        assert all(text.get_fontsize() >= 9 for text in figure.findobj(Text) if text.get_text())
    assert len(figures[0].axes[0].get_lines()) == part["elbo"].sel({"method": "advi"}).notnull().sum()


@pytest.mark.parametrize("converged", [0, 1])
def test_runs_that_did_not_converge_fail_one_check(runs_result, converged):
    view, result = VIEW.across, changed(runs_result, converged=converged, ess_min=5000 if converged else 321)
    said = checked(view, result, FAIL)
    assert ("Effective sample size" in said) == (not converged)
    if not converged:
        assert f"NUTS of first 321 and NUTS of {HOSTILE} 321 (limit" in said["Effective sample size"]
        assert "NUTS of first 321" in words_of(parsed(render(result)))
    (table,) = view.show(result).tables
    nuts = dict(zip(table.header, next(row for row in table.rows if row[1] == "NUTS"), strict=True))
    assert nuts["converged?"] == ("yes" if converged else "NO")
    fits = summarise(result)
    assert (fits.xs("nuts", level="method")["ess_min"] == (5000 if converged else 321)).all()


def test_chains_of_a_run_at_different_heights_and_stopped_optimisers_are_named(runs_result):
    result = changed(runs_result, heights_differ=1, lp_gap=12.3)
    assert "12.3 nats (NUTS of first)" in checked(VIEW.across, result, FAIL)["Heights of the chains"]
    parts = runs_result.parts.copy(deep=True)
    parts["diagnostics"]["converged"].loc[{"method": "mlp", "run": "first"}] = 0
    stopped = checked(VIEW.across, replace(runs_result, parts=parts), FAIL)["Optimiser"]
    assert stopped == "MLP of first: had not converged when it stopped."
