"""What is lost when a combination of inputs that friction names is shuffled while the others keep their values."""

from dataclasses import replace

from bayesnet.contract import Result
from reports.content import Section
from reports.view import View
from reports.views.importance import dropped

HELD = (
    "Friction knows a rupture by its stress drop (sxy \N{MINUS SIGN} mu_d |syy|), its dynamic strength (mu_d "
    "|syy|) and the strength that it loses (friction_drop |syy|). Here one of these is shuffled while the "
    "others, and every other input, keep their values, so that the inputs that it is made of move as they must:"
    " shuffling the stress drop moves sxy alone; shuffling mu_d |syy| moves mu_d and sxy, and leaves the stress"
    " drop; shuffling syy moves both frictions against it and leaves both strengths. What physics calls "
    "irrelevant, syy and sxx, should then lose nothing; but where syy moves far, the frictions leave the range "
    "of the catalogue, and a network only extrapolates."
)


def show(result: Result) -> Section | None:
    """What each method loses when a combination of inputs is shuffled."""
    if result.part("importance_combinations") is None:
        return None
    section = dropped(result, "importance_combinations", "physical combinations")
    return replace(section, paragraphs=(HELD,))


VIEW = View(show, numbers_folded=True)
