"""How close the chains of the reference are to each other: the best agreement that a method could reach."""

from bayesnet.contract import Result
from reports.content import Section, Table
from reports.convergence import converged
from reports.view import View, csv, find, reference_of
from reports.views.agreement import MEASURES, measures
from reports.words import name_of

# by whether the reference converged
NOTES = {
    True: "No method can be asked to agree better than this.",
    False: "The reference did not converge: its chains disagree among themselves, and this is no ceiling.",
}


def show(result: Result) -> Section | None:
    """Each chain of the reference compared with its other chains."""
    part = result.part("ceiling")
    if part is None:
        return None
    names = measures(part)
    rows = tuple(
        (f"chain {chain}", *(MEASURES[name].show(find(result, "ceiling", name, {"chain": chain})) for name in names))
        for chain in part["chain"].values
    )
    reference = reference_of(result)
    title = f"Each chain of {name_of(reference)} compared with its others"
    header = ("chain", *(MEASURES[name].heading for name in names))
    table = Table(title, header, rows, NOTES[converged(result, {"method": reference})], csv(result, "ceiling", "chain"))
    return Section("Chains of the reference compared with each other", "ceiling", tables=(table,))


VIEW = View(show, folded=True)
