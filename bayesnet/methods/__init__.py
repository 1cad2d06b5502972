"""The methods: a file each, listed here in the order in which reports show them."""

from bayesnet.contract import Method
from bayesnet.methods import advi, baselines, ensemble, exact, map, mlp, nuts

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        baselines.MAJORITY,
        baselines.LOGISTIC,
        baselines.PHYSICS,
        mlp.METHOD,
        ensemble.METHOD,
        map.METHOD,
        advi.METHOD,
        advi.FULL_RANK,
        nuts.METHOD,
        exact.METHOD,
    )
}
