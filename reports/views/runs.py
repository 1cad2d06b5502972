"""The runs of a page about several: in what they differ, what they share, and what must be known before comparing."""

import json
from collections.abc import Iterator

from bayesnet.contract import Result
from reports.content import Section, Table, pairs_table
from reports.view import FAIL, PASS, WARN, Check, View, baseline_of
from reports.words import ABSENT, listed

NOT_SETTINGS = ("name", "question", "problem", "configs")  # of a study; the last two are told as they were used


def show(result: Result) -> Section:
    """What each run is, and in what they differ."""
    about = result.study["runs"]
    settings = {run: _settings(one) for run, one in about.items()}
    names = list(dict.fromkeys(name for of_run in settings.values() for name in of_run))
    # settings of a method that a run does not have are no difference
    values = {name: {of_run[name] for of_run in settings.values() if name in of_run} for name in names}
    differing = [name for name in names if len(values[name]) > 1]
    rows = tuple(
        (run, *(of_run.get(name, ABSENT) for name in differing), about[run]["folder"])
        for run, of_run in settings.items()
    )
    same = [(name, *values[name]) for name in names if name not in differing]
    return Section(
        "Runs",
        "runs",
        paragraphs=(f"{_compared(result)} Each run's folder holds its own full report.",),
        tables=(Table("What differs", ("run", *differing, "folder"), rows),),
        details=(Section("What is the same", "runs-same", tables=(pairs_table("What is the same", same),)),),
    )


def _compared(result: Result) -> str:
    if result.part("changes") is None:
        return "The runs stand side by side: they were not tested on the same rows, so no differences are taken."
    tests = next(iter(result.study["runs"].values()))["n_test"]
    return (
        f"Every run was tested on the same {tests} rows. The others are compared with {baseline_of(result)}, each "
        "method with itself."
    )


def _settings(about: dict) -> dict[str, str]:
    """Everything that determines a run's numbers, by name; settings of the problem and of methods as they were used."""
    study = {key: value for key, value in about["settings"].items() if key not in NOT_SETTINGS}
    problem = {key: value for key, value in about["problem"].items() if key != "problem"}
    used = {**study, "data": about["data"], "n_train": about["n_train"]}
    used |= {str(about["problem"].get("problem", "problem")): problem} | about["configs"]
    return {name: _shown(value) for name, value in flat(used).items()}


def flat(settings: dict, prefix: str = "") -> dict[str, object]:
    """Nested settings under one name each: `network.hidden`."""
    out: dict[str, object] = {}
    for key, value in settings.items():
        out |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return out


def _shown(value: object) -> str:
    if value is None:
        return ABSENT
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def checks(result: Result) -> Iterator[Check]:
    """Whether audits found errors in the data, and whether all fits were made with the same libraries."""
    about = result.study["runs"]
    wrong = [run for run, one in about.items() if one["errors"]]
    found = f"The audit found errors in the catalogue of {listed(wrong)}: see the report of each run."
    yield Check("Data", FAIL, found) if wrong else Check("Data", PASS, "No audit found an error in the data of a run.")
    if len({made["versions"] for one in about.values() for made in one["made"].values()}) > 1:
        said = "Fits were made with different versions of the libraries: what differs may be theirs."
        yield Check("Libraries", WARN, said)
    else:
        yield Check("Libraries", PASS, "All fits were made with the same versions of the libraries.")


VIEW = View(across=View(show, checks=checks))
