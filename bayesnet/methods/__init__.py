"""The methods: a file each, listed here in the order in which reports show them."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bayesnet.contract import Method

PLACES = {
    "majority": "baselines.MAJORITY",
    "logistic": "baselines.LOGISTIC",
    "physics": "baselines.PHYSICS",
    "mlp": "mlp.METHOD",
    "ensemble": "ensemble.METHOD",
    "map": "map.METHOD",
    "laplace": "laplace.METHOD",
    "advi": "advi.METHOD",
    "fullrank_advi": "advi.FULL_RANK",
    "hmc": "hmc.METHOD",
    "nuts": "nuts.METHOD",
    "numpyro": "numpyro.METHOD",
    "mclmc": "mclmc.METHOD",
    "smc": "smc.METHOD",
    "exact": "exact.METHOD",
    "svgd": "svgd.METHOD",
    "svgd_function": "svgd.FUNCTIONS",
    "verde": "verde.METHOD",
}


class Methods(Mapping[str, "Method"]):
    """Methods by name. A file is imported when its method is asked for: names alone cost no time."""

    def __getitem__(self, name: str) -> "Method":
        """The method of a name."""
        module, _, attribute = PLACES[name].partition(".")
        return getattr(import_module(f"{__name__}.{module}"), attribute)

    def __iter__(self) -> Iterator[str]:
        """Names in their order."""
        return iter(PLACES)

    def __len__(self) -> int:
        """Number of methods."""
        return len(PLACES)


METHODS = Methods()
