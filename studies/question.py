"""What all studies have in common: options that change them, and a folder of results for each way of running them."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Self

from data import InputError

RESULTS = Path("results")
# settings that the folder's name tells where they are not the study's own
TOLD = ("catalogue", "label", "methods", "balance", "seed")


class Question:
    """A study, as the command line knows it: a frozen dataclass with a `name`, a `question` and a method `run`."""

    name: str
    question: str
    quick: bool

    def studies(self) -> "Mapping[str, Question]":
        """Its runs, where it has several that can be run alone."""
        return {}

    def fixes(self, setting: str) -> bool:
        """Whether no option can change a setting."""
        return setting not in {field.name for field in fields(self)}

    def with_options(self, given: Mapping[str, object]) -> Self:
        """The study with other settings.

        Raises
        ------
        InputError
            For a setting that it does not have, or in which its runs differ.
        """
        for setting, value in given.items():
            if self.fixes(setting):
                alone = next((f", or run one of its runs alone: {self.name}/{run}" for run in self.studies()), "")
                raise InputError(f"{self.name} leaves no choice of {setting}, got {value!r}; leave it out{alone}")
        return replace(self, **given)


def default_folder(study: Question, base: Question) -> Path:
    """`results/<study>`, with what differs from the study's own settings in the name, so that neither run is lost."""
    changes = []
    for setting in TOLD:
        value = getattr(study, setting, None)
        if value != getattr(base, setting, None):
            changes.append(_told(setting, value))
    changes += ["quick"] if study.quick else []
    whole, *run = study.name.split("/")  # a run of a study lies in that study's folder
    return RESULTS.joinpath("-".join([whole, *changes]), *run)


def _told(setting: str, value: object) -> str:
    """A setting in the name of a folder."""
    if setting == "catalogue":
        return Path(value).stem
    return "-".join([setting, *(value if isinstance(value, tuple) else (str(value),))])
