"""What a gradient costs beside the matrix product that no gradient can do without."""

from collections.abc import Iterator

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.view import View, csv
from reports.words import number

ABOUT = (
    "A gradient of the log posterior of the network, beside the product of its inputs with the weights of the hidden "
    "layer in double precision, which no gradient can do without. Medians of timings that were taken in turns, one "
    "thread each."
)
NAMES = {
    "double": "gradient, double precision",
    "single": "gradient, single precision",
    "plain": "gradient by PyTensor's own graph",
    "product": "product of the first layer",
    "advi": "iteration of ADVI",
}


def show(result: Result) -> Section:
    """Microseconds of each, and ratios."""
    part = result.part("gradients")
    cost, advi = part["microseconds"], float(part["pymc_advi"])
    product, double = (float(cost.sel(what=name)) for name in ("product", "double"))
    rows = [(words, float(cost.sel(what=name))) for name, words in NAMES.items()]
    rows.append(("iteration of PyMC's own ADVI", advi))
    cells = tuple((words, *(number(value / unit) for unit in (1, product, double))) for words, value in rows)
    header = ("what", "microseconds ↓", "over the product", "over a gradient in double precision")
    table = Table("Gradients", header, cells, "", csv(result, "gradients", "what"))
    return Section("Gradients", "gradients", paragraphs=(ABOUT,), tables=(table,))


def verdict(result: Result) -> Iterator[str]:
    """What a gradient costs in both precisions."""
    cost = result.part("gradients")["microseconds"]
    single, double, plain = (
        number(float(cost.sel(what=name) / cost.sel(what="product")), 2) for name in ("single", "double", "plain")
    )
    yield (
        f"A gradient costs {double} times the first layer's product in double and {single} times in single precision; "
        f"by PyTensor's own graph {plain} times[[table:gradients]]."
    )


VIEW = View(show, verdict=verdict)
