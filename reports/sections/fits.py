"""The fits: settings, times, and whether their numbers can be believed."""

import json

from bayesnet.diagnostics import BFMI, ESS, KHAT, RHAT
from bayesnet.methods import METHODS
from bayesnet.fitting import network_of
from bayesnet.problems.network.priors import PRIORS
from reports.content import Column, Material, Section, Table, method_table, pairs_table
from reports.words import ABSENT, count, duration, listed, name_of, number, percent

CHAINS = (
    Column(f"R-hat max ↓ (≤ {RHAT})", "diagnostics", "rhat_max", show=lambda value: number(value, 4)),
    Column(f"bulk-ESS min ↑ (≥ {ESS})", "diagnostics", "ess_bulk_min", show=count),
    Column(f"tail-ESS min ↑ (≥ {ESS})", "diagnostics", "ess_tail_min", show=count),
    Column("MCSE max ↓ (logit)", "diagnostics", "mcse_max"),
    Column("R-hat within a chain ↓", "diagnostics", "rhat_chainwise_max", show=lambda value: number(value, 4)),
    Column("R-hat of weights ↓", "diagnostics", "weights_rhat_max", show=lambda value: number(value, 4)),
    Column("… hidden units matched ↓", "diagnostics", "weights_rhat_max_matched", show=lambda value: number(value, 4)),
    Column("divergences ↓", "diagnostics", "divergences", show=count),
    Column(f"E-BFMI min ↑ (≥ {BFMI})", "diagnostics", "bfmi_min"),
    Column("at largest tree depth ↓", "diagnostics", "at_max_depth", show=percent),
)
CHAINS_NOTE = (
    "Taken of the logit of every test prediction, the worst row counts. Limits are in brackets (Vehtari et al. 2021; "
    "Betancourt 2016). Single weights need not converge: hidden units can change places. Draws at the largest tree "
    "depth cost time, they do not bias."
)
VARIATIONAL = (
    Column("ELBO of restarts, spread (nats) ↓", "diagnostics", "elbo_spread"),
    Column(f"k-hat ↓ (≤ {KHAT})", "diagnostics", "khat"),
    Column(f"k-hat of predictions, max ↓ (≤ {KHAT})", "diagnostics", "khat_prediction_max"),
)
VARIATIONAL_NOTE = (
    "k-hat says how far the approximation is from the posterior where it has mass itself; above the limit, importance "
    "weights cannot mend it (Yao et al. 2018; Vehtari et al. 2024). Of modes that it never visits it knows nothing."
)
RESTARTS_NOTE = (
    "Each restart begins at other weights; the one of best objective in training is kept. Intervals over test rows do "
    "not cover what another start would have given: this does. Difference: mean over test rows of the distance between "
    "the scores of the kept restart and of another one, the largest of them."
)


def fits(material: Material) -> Section:
    """Settings, times and convergence of every fit."""
    source = material.csv("diagnostics")
    return Section(
        "Fits",
        "fits",
        paragraphs=(_network(material),),
        tables=(
            _overview(material),
            *method_table(material, "Convergence of chains", CHAINS, source=source, note=CHAINS_NOTE),
            *method_table(material, "Variational fits", VARIATIONAL, source=source, note=VARIATIONAL_NOTE),
            *_restarts(material),
        ),
        details=tuple(_settings(material, method) for method in material.run.fits),
    )


def _network(material: Material) -> str:
    fit = next(iter(material.run.fits.values()))
    network = network_of(fit)
    sizes = f"{fit['posterior'].sizes['feature']}-{network.hidden}-1"
    prior = PRIORS[network.prior].about.format(sd=f"{network.prior_sd:g}")
    words = (
        f"All methods fit the same {sizes} network: {network.activation} units, a {network.likelihood} "
        f"likelihood and the prior {prior}. Balancing of the classes: {fit.attrs['balance']}."
    )
    plain = [name_of(method) for method, fit in material.run.fits.items() if fit.attrs["method"] == "mlp"]
    if plain:
        words += (
            f" {listed(plain)} knows no prior: it minimises the log loss, whatever the likelihood, with a penalty on "
            "the weights that follows the prior, and none on the biases."
        )
    return words


def _restarts(material: Material) -> tuple[Table, ...]:
    """What the start of an optimiser decides."""
    diagnostics = material.comparison["diagnostics"].to_dataset()
    if "restart_accuracy" not in diagnostics:
        return ()
    cells = []
    for method in material.methods:
        of_method = diagnostics.sel({"method": method})
        found = [of_method[f"restart_{metric}"].dropna("restart").values for metric in ("accuracy", "log_score")]
        if len(found[0]) > 1:
            ranges = [f"{number(values.min())} to {number(values.max())}" for values in found]
            difference = number(float(of_method["restart_difference"]))
            cells.append((name_of(method), str(len(found[0])), *ranges, difference))
    header = ("method", "restarts", "accuracy", "log score", "difference of scores ↓")
    return (Table("Restarts", header, tuple(cells), RESTARTS_NOTE, material.csv("restarts")),) if cells else ()


def _overview(material: Material) -> Table:
    cells = []
    for method, fit in material.run.fits.items():
        sizes, kind = fit["posterior"].sizes, fit.attrs["method"]
        about = METHODS[kind].about if kind in METHODS else kind
        draws = f"{sizes['chain']} of {sizes['draw']}" if sizes["chain"] * sizes["draw"] > 1 else ABSENT
        verdict = str(material.comparison["diagnostics"]["verdict"].sel({"method": method}).item())
        cells.append((name_of(method), about, draws, duration(float(fit.attrs["seconds"])), verdict))
    header = ("method", "what it is", "chains of draws", "time", "did it converge?")
    return Table("Methods", header, tuple(cells), "A point estimate has no draws.", material.csv("diagnostics"))


def _settings(material: Material, method: str) -> Section:
    attributes = material.run.fits[method].attrs
    config = [(key, str(value)) for key, value in json.loads(attributes["config"]).items()]
    table = pairs_table(f"Settings of {name_of(method)}", [*config, ("seed", str(attributes["seed"]))])
    return Section(f"Settings of {name_of(method)}", f"settings-{material.methods.index(method)}", tables=(table,))
