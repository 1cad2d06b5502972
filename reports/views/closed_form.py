"""How far each fit is from a posterior that is known in closed form."""

from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bayesnet.contract import Result
from bayesnet.methods.exact import METHOD
from reports.content import Section, Table
from reports.html import image
from reports.marks import method_legend, methods_in, of_method, panels
from reports.style import colour_of, marker_of, shorten, styled
from reports.view import FAIL, PASS, Check, Column, View, csv, find, fits_of, fits_table, methods_of, named
from reports.words import ABSENT, fixed, name_of, number, percent

TITLE = "Largest errors of posterior means and sds"
MOST_NAMES = 10  # of parameters on an axis
NOTE = (
    "Largest error of any parameter. MCSE: Monte Carlo standard errors. KL: divergence of an approximation from the "
    "posterior. Family's best: the Gaussian that a variational method should find. Of independent Gaussians it is too "
    "narrow where parameters are correlated, and its ELBO is less than the log evidence."
)
CHECKS_NOTE = f"{ABSENT} marks what is not asked of a method."

COLUMNS = (
    Column("KL from the known posterior (nats) ↓", "closed_form", "kl"),
    Column("", "closed_form", "mean_error_mcse_max"),
    Column("", "closed_form", "mean_error_sd_max"),
    Column("", "closed_form", "sd_error_max"),
    Column("", "closed_form", "sd_error_optimum_max"),
    Column("", "closed_form", "elbo"),
    Column("", "closed_form", "elbo_optimum"),
    Column("", "closed_form", "log_evidence_error"),
)
ERRORS = (
    Column("mean (sds) ↓", "closed_form", "mean_error_sd_max"),
    Column("mean (MCSE) ↓", "closed_form", "mean_error_mcse_max"),
    Column("sd ↓", "closed_form", "sd_error_max", show=percent),
    Column("sd, from the family's best ↓", "closed_form", "sd_error_optimum_max", show=percent),
    Column("KL (nats) ↓", "closed_form", "kl"),
    Column("ELBO (nats)", "closed_form", "elbo", show=lambda value: fixed(value, 2)),
    Column("best ELBO (nats)", "closed_form", "elbo_optimum", show=lambda value: fixed(value, 2)),
    Column("log evidence, error (nats) ↓", "closed_form", "log_evidence_error", show=lambda value: fixed(value, 2)),
)


def show(result: Result) -> Section | None:
    """Errors of every fit, parameter by parameter and at worst."""
    part = result.part("closed_form")
    if part is None:
        return None
    source = csv(result, "closed_form", "parameter")
    best = (
        " Short black lines: the best independent Gaussians, which variational inference with a diagonal covariance "
        "should find."
        if "sd_ratio_optimum" in part
        else ""
    )
    drawn = image(
        errors(part),
        "closed-form",
        "Errors of every parameter",
        "Above: sd over that of the posterior in closed form, 1 where it is right. Below: difference of the means in "
        f"sds of the posterior.{best}",
        "Two panels of dots by method, the sd ratio and the error of the mean of every parameter.",
        source=source,
    )
    said = (
        "The posterior of this problem is known in closed form, a Gaussian whose log evidence is "
        f"{fixed(float(part['log_evidence']), 2)} nats: what is called an error is measured from it."
    )
    errors_table = fits_table(result, TITLE, ERRORS, note=NOTE, source=csv(result, "closed_form"))
    tables = (*errors_table, _checks(result, part))
    return Section("Known posterior", "known-posterior", paragraphs=(said,), tables=tables, images=(drawn,))


def _checks(result: Result, part: xr.Dataset) -> Table:
    words = {1.0: "yes", 0.0: "no"}
    rows = [
        (
            str(label),
            *(
                words.get(find(result, "closed_form", "within", fit | {"check": check}), ABSENT)
                for fit in fits_of(result)
            ),
        )
        for check, label in zip(part["check"].values, part["label"].values, strict=True)
    ]
    header = ("check", *map(name_of, methods_of(result)))
    return Table(
        "Is every fit near enough?",
        header,
        tuple(rows),
        CHECKS_NOTE,
        csv(result, "closed_form", "check"),
    )


@styled
def errors(part: xr.Dataset) -> Figure:
    """Ratio of sds and error of the mean of every parameter, by method, compared with the closed form.

    Parameters
    ----------
    part : xarray.Dataset
        The part `closed_form`.
    """
    methods, size = methods_in(part["mean_error_sd"]), part.sizes["parameter"]
    figure, (above, below) = panels(2, columns=1, height=2.3, sharex=True)
    for place, method in enumerate(methods):
        one, x = of_method(part, method), np.arange(size) + 0.5 * ((place + 0.5) / len(methods) - 0.5)
        style = {"marker": marker_of(method), "color": colour_of(method), "linestyle": ""}
        above.plot(x, one["sd_ratio"].values, markersize=4.5, **style)
        below.plot(x, one["mean_error_sd"].values, markersize=4.5, **style)
        if "sd_ratio_optimum" in one:
            above.plot(x, (one["sd_ratio"] / one["sd_ratio_optimum"]).values, "_", color="#222222", markersize=9)
    above.axhline(1, color="#222222", linewidth=0.8)
    below.axhline(0, color="#222222", linewidth=0.8)
    above.set(ylabel="sd / exact sd (1)", ylim=(0, None))
    below.set(ylabel="error of the mean (sds)", xlabel="parameter", xlim=(-0.5, size - 0.5))
    if size <= MOST_NAMES:
        below.set_xticks(np.arange(size), [shorten(str(name)) for name in part["parameter"].values])
    best = [Line2D([], [], color="#222222", marker="_", linestyle="", markersize=9, label="family's best")]
    method_legend(figure, methods, *(best if "sd_ratio_optimum" in part else []))
    return figure


def verdict(result: Result) -> Iterator[str]:
    """How near the samplers and the approximations are; draws of the closed form itself go without saying."""
    for method in methods_of(result):
        if method == METHOD.name:
            continue
        fit = {"method": method}
        mcse, sd, kl, elbo, best = (
            find(result, "closed_form", name, fit)
            for name in ("mean_error_mcse_max", "sd_error_max", "kl", "elbo", "elbo_optimum")
        )
        if mcse == mcse:
            yield (
                f"Compared with the posterior in closed form, {name_of(method)} errs by at most {number(mcse, 2)} "
                f"Monte Carlo standard errors in any mean and {percent(sd)} in any sd."
            )
        elif kl == kl:
            yield (
                f"{name_of(method)} is {number(kl, 2)} nats (KL divergence) from the posterior in closed form, with an "
                f"ELBO of {fixed(elbo, 2)} nats where its family allows {fixed(best, 2)}, and errs by up to "
                f"{percent(sd, 0)} in the sds."
            )


def checks(result: Result) -> Iterator[Check]:
    """Whether each fit is as near to the known posterior as it should be; `exact` is off by chance alone."""
    part = result.part("closed_form")
    if part is None:
        return
    for fit in fits_of(result):
        if fit["method"] == "exact":
            continue
        passed = {
            check: find(result, "closed_form", "within", fit | {"check": check}) for check in part["check"].values
        }
        labels = {check: str(part["label"].sel(check=check).item()) for check in passed}
        failed = [labels[check] for check, value in passed.items() if value == 0]
        name = " of ".join(reversed(named(fit)))
        title = f"{name} and the known posterior"
        if failed:
            said = f"{name} fails checks against the posterior in closed form: {'; '.join(failed)}."
            yield Check(title, FAIL, said)
        elif 1 in passed.values():
            yield Check(title, PASS, f"{'; '.join(labels[check] for check, value in passed.items() if value == 1)}.")


def show_runs(result: Result) -> Section | None:
    """Largest errors of every fit of several runs."""
    table = fits_table(result, TITLE, ERRORS, note=NOTE, source=csv(result, "closed_form"))
    return Section("Known posterior", "known-posterior", tables=table) if table else None


VIEW = View(show, COLUMNS, verdict, checks, across=View(show_runs, COLUMNS, checks=checks))
