"""Whether each fit can be believed: convergence of samplers, of variational fits and of optimisers, and its words."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import xarray as xr

from bayesnet.contract import Result
from bayesnet.diagnostics import BFMI, DIVERGENT, ENERGY, ESS, EVIDENCE, HEIGHT, HEIGHT_ERRORS, KHAT, MISSED, RHAT
from reports.chains import ROWS, convergence, elbo, energy, ranks
from reports.checks import convergence_checks
from reports.content import Image, Section, Table
from reports.convergence import (
    converged,
    convergence_words,
    khat_words,
    sampled,
    shown_nats,
    shown_rhat,
    starts_sentences,
)
from reports.html import image
from reports.marks import methods_in, of_method
from reports.style import label_of
from reports.view import Column, View, csv, fits_of, fits_table, methods_of, reference_of
from reports.views.scores import ARROWS
from reports.words import ABSENT, count, fixed, is_baseline, listed, name_of, number, percent

WORST_ROWS = 4


def _column(heading: str, variable: str, show=Column.show, **more) -> Column:
    return Column(heading, "diagnostics", variable, show=show, **more)


def _yes(value: float) -> str:
    return {0: "NO", 1: "yes"}.get(value, ABSENT)


COLUMNS = (
    _column("R-hat max ↓", "rhat_max", shown_rhat),
    _column("ESS min ↑", "ess_min", count),
    _column("", "divergences", count),
    _column("k-hat ↓", "khat"),
    _column("", "log_evidence"),
    _column("", "log_evidence_se"),
)
CHAINS = (
    _column(f"R-hat max ↓ (≤ {RHAT})", "rhat_max", shown_rhat),
    _column(f"bulk-ESS min ↑ (≥ {ESS})", "ess_bulk_min", count),
    _column(f"tail-ESS min ↑ (≥ {ESS})", "ess_tail_min", count),
    _column("MCSE max ↓", "mcse_max"),
    _column("R-hat within a chain ↓", "rhat_chainwise_max", shown_rhat),
    _column("heights of chains within (nats) ↓", "lp_gap", shown_nats),
    _column("mode above draws, beyond chance (nats) ↓", "missed_height", shown_nats),
    _column("divergences ↓", "divergences", count),
    _column(f"E-BFMI min ↑ (≥ {BFMI})", "bfmi_min"),
    _column("cut off at the largest length ↓", "at_max_depth", percent),
    _column(f"energy variance ↓ (≤ {ENERGY:g})", "energy_variance", partial(number, digits=2)),
)
VARIATIONAL = (
    _column("ELBO of restarts within (nats) ↓", "elbo_spread"),
    _column(f"k-hat ↓ (≤ {KHAT})", "khat"),
    _column(f"k-hat of predictions, max ↓ (≤ {KHAT})", "khat_prediction_max"),
)
OF_EVIDENCE = (
    _column("log evidence (nats)", "log_evidence", partial(fixed, decimals=2)),
    _column("standard error over chains", "log_evidence_se", partial(number, digits=2)),
    _column(f"chains within (nats) ↓ (≤ {EVIDENCE:g})", "log_evidence_spread", partial(number, digits=2)),
)
OF_RUNS = (
    _column("converged?", "converged", _yes),
    *CHAINS,
    *VARIATIONAL,
    *OF_EVIDENCE,
    _column("predictions of restarts differ by ↓", "restart_difference"),
)
HEIGHTS_NOTE = (
    "Height: mean over the draws of a chain of the log density of the posterior, up to a constant that all chains "
    f"share. Heights count as different where they are more than {HEIGHT:g} nats and {HEIGHT_ERRORS:g} standard errors "
    "apart. Chains at different heights sit in modes of different density, which R-hat of predictions may not show."
)
MISSED_NOTE = (
    " Mode above draws: how far the highest point that an optimiser found stands above the highest draw, less what is "
    f"expected of draws about a Gaussian mode; where that is more than {MISSED:g} nats, no draw came near it."
)
VARIATIONAL_NOTE = (
    "k-hat says how far the approximation is from the posterior where it has mass itself; above the limit, importance "
    "weights cannot mend it (Yao et al. 2018; Vehtari et al. 2024). Of modes that it never visits it knows nothing."
)
ENERGY_NOTE = (
    " Energy variance: of the changes from draw to draw, over the number of parameters, where every step is accepted. "
    "It falls with the step size, and with it the bias that no R-hat shows."
)
EVIDENCE_NOTE = (
    "Log evidence: logarithm of the density of the training data, averaged over the prior. Between fits of the same "
    "data it says which model or prior the data prefer. Each chain of SMC estimates it by itself, a little too low, "
    "and the value is their mean; Laplace's is that of a Gaussian with the curvature of the mode, right where the "
    "posterior is one."
)
RESTARTS_NOTE = (
    "Each restart begins elsewhere; the one of best objective in training is kept. Intervals over test rows do not "
    "cover what another start would have given: this does. Difference: mean over test rows of the distance between "
    "the predictions of the kept restart and of another one, the largest of them."
)
RUNS_NOTE = (
    "R-hat and ESS are the worst over all that chains must agree on, which for a network are its test predictions. A "
    "variational fit counts as converged where its ELBO has stopped rising; its k-hat says how far its Gaussian is "
    f"from the posterior where it has mass (below {KHAT}: close)."
)


def show(result: Result) -> Section | None:
    """Convergence of every fit of one run, in words, numbers and figures."""
    part = result.part("diagnostics")
    if part is None:
        return None
    source = csv(result, "diagnostics")
    return Section(
        "Convergence",
        "diagnostics",
        tables=(
            *_in_words(result),
            *fits_table(result, "Convergence of chains", CHAINS, source=source, note=_chains_note(result, part)),
            *_heights(result, part),
            *fits_table(result, "Variational fits", VARIATIONAL, source=source, note=VARIATIONAL_NOTE),
            *fits_table(result, "Evidence", OF_EVIDENCE, source=source, note=EVIDENCE_NOTE),
            *_restarts(result, part),
        ),
        images=(*_elbo_image(result), *_convergence_images(result, part), *_energy_image(result)),
    )


def show_runs(result: Result) -> Section:
    """Convergence of every fit of several runs."""
    source = csv(result, "diagnostics")
    part = result.part("diagnostics")
    note = RUNS_NOTE + (MISSED_NOTE if part is not None and "missed_height" in part else "")
    return Section(
        "Convergence", "diagnostics", tables=fits_table(result, "Convergence", OF_RUNS, source=source, note=note)
    )


def verdict(result: Result) -> Iterator[str]:
    """Whether samplers converged; without a sampler, what is known of the distance to the posterior."""
    if result.part("diagnostics") is None:
        return
    methods = sampled(result)
    yield from starts_sentences(result)
    told = [m for m in methods if not (is_baseline(m) and converged(result, {"method": m}))]
    yield from (f"{name_of(method)} {convergence_words(result, {'method': method})}." for method in told)
    if not methods:
        told = [f"for {name_of(m)}, {said}" for m in methods_of(result) if (said := khat_words(result, {"method": m}))]
        yield (
            f"No sampler was run, so k-hat alone tells how far a method is from the posterior: {listed(told)}."
            if told
            else "No sampler was run, so diagnostics do not tell how far a method is from the posterior it stands for."
        )


def _in_words(result: Result) -> tuple[Table, ...]:
    told = [(name_of(fit["method"]), convergence_words(result, fit)) for fit in fits_of(result)]
    rows = tuple((name, words) for name, words in told if words)
    return (Table("Did the fits converge?", ("method", "what its diagnostics say"), rows),) if rows else ()


def _dim(part: xr.Dataset) -> str:
    """Dimension of what chains must agree on."""
    (dim,) = set(part["rhat"].dims) - {"method"}
    return str(dim)


def _chains_note(result: Result, part: xr.Dataset) -> str:
    if "rhat" not in part:
        return ""
    dim = _dim(part)
    what = "the prediction for every test row, of a network its logit" if dim in ROWS else f"every {dim}"
    weights = (
        ""
        if result.part("weight_summary") is None
        else (" Single weights need not converge: hidden units can change places.")
    )
    return (
        f"R-hat, ESS and MCSE are taken of {what}, and the worst counts. Limits are in brackets (Vehtari et al. 2021; "
        f"Betancourt 2016); at most {percent(DIVERGENT)} of the steps may diverge.{weights} Draws at the largest tree "
        "depth cost time, they do not bias."
        f"{MISSED_NOTE if 'missed_height' in part else ''}{ENERGY_NOTE if 'energy_variance' in part else ''}"
    )


def _heights(result: Result, part: xr.Dataset) -> tuple[Table, ...]:
    """Mean log density of each chain beside its R-hat, and whether it came near the highest mode known."""
    columns = [
        Column("height (nats)", "diagnostics", "lp_mean", show=shown_nats),
        Column("its standard error", "diagnostics", "lp_se", show=lambda value: number(value, 2)),
        Column("near the highest mode?", "diagnostics", "chain_missed", show=lambda value: _yes(1 - value)),
    ]
    columns = [column for column in columns if column.variable in part]
    if not columns:
        return ()
    cells = []
    for method in methods_in(part["lp_mean"]):
        one = of_method(part, method)
        for chain in one["lp_mean"].dropna("chain")["chain"].values:
            of_chain = one.sel(chain=chain)
            within = shown_rhat(float(of_chain["rhat_chainwise"].max())) if "rhat_chainwise" in one else ABSENT
            shown = (column.show(float(of_chain[column.variable])) for column in columns)
            cells.append((name_of(method), str(chain), within, *shown))
    header = ("method", "chain", "R-hat within it ↓", *(column.heading for column in columns))
    source = csv(result, "diagnostics", "chain")
    return (Table("Heights of the chains", header, tuple(cells), HEIGHTS_NOTE, source),) if cells else ()


def _restarts(result: Result, part: xr.Dataset) -> tuple[Table, ...]:
    """What the start of an optimiser decides."""
    if "restart_value" not in part:
        return ()
    metrics = list(dict.fromkeys((str(part["metric"].values[0]), "log_score")))
    cells = []
    for method in methods_in(part["restart_value"]):
        one = of_method(part, method)
        values = one["restart_value"].dropna("restart", how="all")
        if values.sizes["restart"] > 1:
            found = [values.sel(metric=metric) for metric in metrics]
            ranges = [f"{number(float(found_.min()))} to {number(float(found_.max()))}" for found_ in found]
            difference = number(float(one["restart_difference"]))
            cells.append((name_of(method), str(values.sizes["restart"]), *ranges, difference))
    labels = [_label(result, metric) for metric in metrics]
    header = ("method", "restarts", *labels, "difference of predictions ↓")
    source = csv(result, "diagnostics", "restart", "metric")
    return (Table("Restarts", header, tuple(cells), RESTARTS_NOTE, source),) if cells else ()


def _label(result: Result, metric: str) -> str:
    scores = result.part("scores")
    if scores is None or metric not in scores["metric"]:
        return metric
    one = scores.sel(metric=metric)
    return str(one["label"].item()) + ARROWS[int(one["better"])]


def _stored(result: Result, group: str, variable: str) -> dict[str, xr.DataArray]:
    """A variable of those fits that have it, by method."""
    return {
        method: fit[group][variable]
        for method, fit in result.fits.items()
        if group in fit.children and variable in fit[group].data_vars
    }


def _known(part: xr.Dataset, variable: str, decimals: int) -> str:
    """A diagnostic of the methods that have it, in words; "" where it is not stored."""
    if variable not in part:
        return ""
    values = {label_of(method): float(of_method(part[variable], method)) for method in methods_in(part[variable])}
    return ", ".join(f"{label} {fixed(value, decimals)}" for label, value in values.items())


def _elbo_image(result: Result) -> tuple[Image, ...]:
    traces = _stored(result, "fit_stats", "elbo_trace")
    if not traces:
        return ()
    spread = _known(result.part("diagnostics"), "elbo_spread", 1)
    drawn = image(
        elbo(traces),
        "elbo",
        "ELBO traces of all restarts",
        "Each line is a restart from another start, averaged over blocks of iterations. Flat on the right: the "
        "optimiser has arrived; lines apart: restarts ended in different optima."
        + (f" Spread of the final ELBOs in nats: {spread}." if spread else ""),
        "Lines of the ELBO against the iteration, one for each restart; left all iterations, right the last half.",
        source=csv(result, "diagnostics", "restart"),
    )
    return (drawn,)


def _convergence_images(result: Result, part: xr.Dataset) -> tuple[Image, ...]:
    """Histograms of R-hat and ESS, and rank plots of the worst."""
    methods = methods_in(part["rhat"]) if "rhat" in part else []
    if not methods:
        return ()
    dim = _dim(part)
    source, things = csv(result, "diagnostics", dim), "test rows" if dim in ROWS else "monitored quantities"
    histograms = image(
        convergence(part, things),
        "convergence",
        f"R-hat and ESS of the {'test predictions' if dim in ROWS else things}",
        "Chains agree where R-hat is left of its limit and ESS right of its own. Largest R-hat: "
        f"{_known(part, 'rhat_max', 3)}; smallest ESS: {_known(part, 'ess_min', 0)}.",
        f"Histograms over the {things} of R-hat, bulk-ESS and tail-ESS, with their limits dashed.",
        source=source,
    )
    method = reference_of(result) if reference_of(result) in methods else methods[0]
    rhat = of_method(part["rhat"], method)
    worst = rhat[dim].values[np.argsort(-rhat.values, kind="stable")[:WORST_ROWS]]
    draws = _draws(result.fits[method], dim) if method in result.fits else None
    if draws is None:
        return (histograms,)
    ranked = image(
        ranks(draws.sel({dim: worst}), method=method, rhat=rhat),
        "ranks",
        f"Rank plots of the worst {'test predictions' if dim in ROWS else things}",
        f"The {things} of largest R-hat, up to {fixed(float(rhat.max()), 3)}. Bars at the dashed line throughout mean "
        "that a chain explores what the others do; a slope or a hole means that it does not.",
        f"One panel for each of {len(worst)} {things}: histograms of the ranks of each chain's draws.",
        source=source,
    )
    return histograms, ranked


def _draws(fit: xr.DataTree, dim: str) -> xr.DataArray | None:
    """Stored draws whose ranks are those of what is monitored, `(chain, draw, dim)`; None where there are none."""
    groups = [fit[name].data_vars.values() for name in ("predictions", "posterior") if name in fit.children]
    found = (values for group in groups for values in group if set(values.dims) == {"chain", "draw", dim})
    return next(found, None)


def _energy_image(result: Result) -> tuple[Image, ...]:
    energies = _stored(result, "fit_stats", "energy")
    if not energies:
        return ()
    known = _known(result.part("diagnostics"), "bfmi_min", 2)
    drawn = image(
        energy(energies),
        "energy",
        "Energy of the sampler",
        "If the outline is much narrower than the filled histogram, momentum changes the energy too little from draw "
        "to draw and the sampler explores the tails slowly."
        + (f" Smallest E-BFMI of a chain: {known}; below {BFMI} is too small." if known else ""),
        "Histogram of the energy about its mean, and the outline of that of its change between draws.",
        source=csv(result, "diagnostics"),
    )
    return (drawn,)


VIEW = View(
    show, COLUMNS, verdict, convergence_checks, folded=True, across=View(show_runs, COLUMNS, checks=convergence_checks)
)
