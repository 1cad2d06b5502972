"""The pieces of evidence that `bayesnet run speed` consists of: what each measures, and with which settings.

Reading this list does not load what is measured; only `Piece.measure` does.
"""

from importlib.util import find_spec

from data.pieces import Arguments, Piece

REPEATS = 3  # of the comparison of samplers, each from another seed
OWN = ("hmc", "nuts")  # methods of the toolkit
PEERS = ("nutpie", "pymc", "numpyro")  # samplers of `pm.sample`, and the modules that hold them
SAMPLERS = (*OWN, *PEERS)


def run_name(sampler: str, repeat: int) -> str:
    """Name of the piece that a sampler's run is."""
    return f"{sampler}_{repeat}"


def _piece(name: str, module: str = "", **settings: Arguments | bool) -> Piece:
    """A piece that the function `measure` of a module of this package measures, by default that of its name."""
    return Piece(name, f"{__package__}.{module or name}", **settings)


#: The network of all pieces is the default one, 8-12-1 with ReLU, on the catalogue that comes with the program.
PIECES = (
    _piece(
        "gradients",
        full={
            "hidden": 12,
            "evaluations": 1000,  # of each timing
            "repeats": 15,  # timings of each, taken in turns
            "iterations": 3000,  # of ADVI
        },
        quick={"hidden": 3, "evaluations": 200, "repeats": 5, "iterations": 500},
    ),
    _piece(
        "predictions",
        full={
            "hidden": 12,
            "draws": 4000,  # of the posterior
            "shuffles": 10,  # of each input, for its importance
            "repeats": 5,
        },
        quick={"hidden": 3, "draws": 400, "shuffles": 2, "repeats": 2},
        seeded=True,
    ),
    _piece(
        "growth",
        full={
            "rows": (1000, 10_000, 100_000, 1_000_000),
            "units": (12, 24, 48, 96, 192),
            "tested": (1000, 4000, 16_000, 64_000),  # importance holds all resamples of its rows
            "draws": 20,  # that predict and whose importance is computed
        },
        quick={"rows": (1000, 4000, 16_000), "units": (12, 24, 48), "tested": (1000, 4000), "draws": 4},
        seeded=True,
    ),
    *(
        _piece(
            run_name(sampler, repeat),
            "samplers",
            full={"sampler": sampler, "hidden": 12, "repeat": repeat, "quick": False},
            quick={"hidden": 3, "quick": True},
            seeded=True,
        )
        for repeat in range(REPEATS)
        for sampler in (*SAMPLERS[repeat:], *SAMPLERS[:repeat])  # none is always the first
    ),
)


def pieces_here() -> tuple[Piece, ...]:
    """The pieces without those of samplers that are not installed."""
    missing = {run_name(peer, repeat) for peer in PEERS if find_spec(peer) is None for repeat in range(REPEATS)}
    return tuple(piece for piece in PIECES if piece.name not in missing)
