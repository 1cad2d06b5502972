"""What a study is: the settings that determine its result, as data."""

from dataclasses import dataclass, field

from bayesnet import Network


@dataclass(frozen=True)
class Study:
    """A question asked of one catalogue by several methods."""

    name: str  # how the command line calls it, and its folder of results
    question: str  # one line for lists and reports
    catalogue: str = "rupture2d"  # a name of `data.LIBRARY` or a CSV file
    label: str = "label"  # column of the outcome in a CSV file
    network: Network = field(default_factory=Network)
    methods: tuple[str, ...] = ("mlp", "advi", "nuts")  # keys of `bayesnet.METHODS`
    balance: str = "none"  # of the classes: see `bayesnet.training_set`
    seed: int = 0  # of every random stream
    quick: bool = False  # the methods' small settings: shows that everything works, its numbers say little
