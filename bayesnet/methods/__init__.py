"""The methods: a file each, listed here in the order in which reports show them."""

from bayesnet.contract import Method
from bayesnet.methods import advi, exact, map, mlp, nuts

METHODS: dict[str, Method] = {
    method.name: method for method in (mlp.METHOD, map.METHOD, advi.METHOD, advi.FULL_RANK, nuts.METHOD, exact.METHOD)
}
