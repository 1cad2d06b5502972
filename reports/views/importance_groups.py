"""What is lost when the columns of a group of inputs are shuffled together."""

from dataclasses import replace

from bayesnet.contract import Result
from reports.content import Section
from reports.view import View
from reports.views.importance import dropped

CORRELATED = (
    "Inputs that are correlated mislead where a single column is shuffled: what it carried may survive in its "
    "partners, so that it looks unimportant, or the shuffled rows lie where no simulation does. The groups are "
    "shuffled together, which keeps what binds them."
)


def show(result: Result) -> Section | None:
    """What each method loses when a group of inputs is shuffled."""
    if result.part("importance_groups") is None:
        return None
    return replace(dropped(result, "importance_groups", "groups of inputs"), paragraphs=(CORRELATED,))


VIEW = View(show, folded=True)
