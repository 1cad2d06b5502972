"""Views of the benchmark: each is named after what `studies.speed` stores, and draws that alone."""

from reports.words import name_of

PEERS = {"nutpie": "nutpie", "pymc": "PyMC", "numpyro": "NumPyro"}  # of `pm.sample`


def sampler_name(sampler: str) -> str:
    """A sampler as a reader knows it: one of the toolkit's methods, or one of `pm.sample`."""
    return f"pm.sample, {PEERS[sampler]}" if sampler in PEERS else name_of(sampler)
