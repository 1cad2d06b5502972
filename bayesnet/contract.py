"""The contract of the whole toolkit, to be read first: what a problem, a method, a part and a result are.

A *problem* says which PyMC model is fitted, how a draw predicts, and what can be identified. A *method* fits it; a fit
is an `xarray.DataTree` with ArviZ's groups (see `bayesnet.fit`). A *part* compares fits: a function from stored arrays
to stored arrays, which the view of the same name in `reports/views/` shows. A *result* is what a study stored.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import ClassVar, NamedTuple, Self

import numpy as np
import pymc as pm
import xarray as xr


class Metric(NamedTuple):
    """A grade of predictions: the draws of each row are summarised (by default: their mean), rows graded together."""

    label: str  # as a table shows it, with the unit
    better: int  # 1: higher is better, -1: lower is better
    grade: Callable[[np.ndarray, np.ndarray], np.ndarray]  # outcome (row,) or (..., row), summary (..., row) -> (...)
    summary: Callable[..., np.ndarray] | None = None  # outcome (row,), draws (sample, row), test rows -> (row,)


class Gaussian(NamedTuple):
    """A posterior known in closed form, over the free variables of a model in their order, each flattened."""

    mean: np.ndarray  # (parameter,)
    covariance: np.ndarray  # (parameter, parameter)
    log_evidence: float  # nats


class Problem(ABC):
    """What is asked of a posterior. Problems are frozen dataclasses whose fields are their settings.

    Data are an `xarray.Dataset` of observed rows with attributes `name`, `source`, `licence`, `repairs`, `checksum`.
    """

    name: ClassVar[str]  # stored with every fit; its key in `PROBLEMS`
    about: ClassVar[str] = ""  # what is fitted, in a sentence or two for reports; a property of what has settings
    outcome: ClassVar[str]  # variable of the test rows that holds what was observed
    classes: ClassVar[tuple[int, ...]] = ()  # possible outcomes of a classifier
    methods: ClassVar[tuple[str, ...]]  # that a study of it uses unless told otherwise
    metrics: ClassVar[Mapping[str, Metric]]  # grades of its predictions by name; `log_score` is one of them
    parts: ClassVar[Mapping[str, tuple[str, ...]]]  # section of the page -> its parts, both in the order of the page

    def settings(self) -> dict:
        """Name and settings of the problem, as they are stored with a fit."""
        return {"problem": self.name, **asdict(self)}

    @staticmethod
    def stored(fit: xr.DataTree) -> dict:
        """The settings stored with a fit."""
        return json.loads(fit.attrs.get("problem", "{}"))

    @classmethod
    def of(cls, fit: xr.DataTree) -> Self:
        """The problem that a fit was made with."""
        return cls(**{name: value for name, value in cls.stored(fit).items() if name != "problem"})

    @abstractmethod
    def train(self, data: xr.Dataset, seed: int) -> xr.Dataset:
        """Everything that the model is built from: `y (row)`, what was observed, and what else the model needs."""

    @abstractmethod
    def test(self, data: xr.Dataset) -> xr.Dataset:
        """Rows to predict, with their `outcome`, in the units of the data set."""

    @abstractmethod
    def model(self, train: xr.Dataset) -> pm.Model:
        """The PyMC model of the training rows, whose observed variable is `y`: all that a fit may touch."""

    def rough_model(self, train: xr.Dataset) -> pm.Model | None:
        """A cheaper model of nearly the same gradient, to steer `hmc`, which stays exact; else None."""
        return None

    @abstractmethod
    def predict(self, posterior: xr.Dataset, train: xr.Dataset, rows: xr.Dataset) -> xr.DataArray:
        """Expected outcome of every draw at test or training rows, `(chain, draw, row)`, named as it is stored."""

    @abstractmethod
    def log_density(self, outcome: xr.DataArray, predicted: xr.DataArray, rows: xr.Dataset) -> xr.DataArray:
        """Log density in nats of an outcome `(row)` under the prediction of every draw, `(chain, draw, row)`."""

    @abstractmethod
    def outcomes(self, predicted: xr.DataArray, rows: xr.Dataset, rng: np.random.Generator) -> np.ndarray:
        """Outcomes drawn from the prediction of every draw, of the shape of `predicted`."""

    @abstractmethod
    def monitored(self, fit: xr.DataTree) -> xr.DataArray:
        """What chains must agree on for the fit to have converged, `(chain, draw, <one more dimension>)`."""

    @abstractmethod
    def quantities(self, posterior: xr.Dataset, train: xr.Dataset) -> xr.Dataset:
        """What the data can identify, `(chain, draw, ...)`, each variable with its unit in `attrs["units"]`."""

    def exact(self, train: xr.Dataset) -> Gaussian | None:
        """The posterior where it is known in closed form, else None."""
        return None

    def truth(self, data: xr.Dataset) -> xr.Dataset | None:
        """True values of the model's variables and of `quantities` where the data are synthetic, else None."""
        return None


@dataclass(frozen=True)
class Method:
    """A way of fitting any problem, or those that it names in its errors."""

    name: str  # how the command line calls it, and the file of its fit
    label: str  # as a reader knows it
    about: str  # one line for lists and reports
    fit: Callable[..., xr.DataTree]  # (problem, train, config, seed), or (fit it is made from) -> posterior, ...
    diagnose: Callable[[xr.DataTree], xr.Dataset]  # numbers that say whether it converged; `converged` is 1 or 0
    config: object  # a frozen dataclass: settings whose numbers can be believed
    quick: object  # settings of a small run that shows that everything works
    trust: int = 0  # the most trusted fit of a comparison is the reference of the others
    problem: Callable[[Problem], Problem] = lambda problem: problem  # what it solves in the place of a problem
    baseline: bool = False  # that is something simpler, which whatever else is fitted must beat to be worth it
    made_from: str = ""  # the method whose fit it is made from, with the same settings and seed; "": it fits by itself


@dataclass(frozen=True)
class Part:
    """One thing that is compared; the file `bayesnet/parts/NAME.py` holds it as `PART`."""

    compute: Callable[..., xr.Dataset]  # of a `bayesnet.context.Context`, of several runs of `bayesnet.runs.Runs`
    across: tuple[str, ...] = ()  # variables that a comparison of several runs takes, along `run`
    made_from: str = ""  # the part that it follows from at little cost; "": it is computed by itself


@dataclass(frozen=True)
class Result:
    """What a study stored: one run, several runs (parts then have a dimension `run`) or pieces of a verification."""

    study: Mapping  # its `study.json`: name, question, command, quick, sections of the page, settings
    parts: xr.DataTree  # a group for each part
    fits: Mapping[str, xr.DataTree] = field(default_factory=dict)  # by method; of one run only
    data: xr.Dataset | None = None
    findings: list[dict] | None = None  # of the audit of the data; None where there was none
    folder: Path = Path()
    files: tuple[Path, ...] = ()

    def part(self, name: str) -> xr.Dataset | None:
        """A part, None where there is none of that name."""
        return self.parts[name].to_dataset() if name in self.parts.children else None
