"""Do posteriors hold the truth as often as they promise? Simulation-based calibration of every method."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import xarray as xr
from rich.console import Console

from bayesnet import METHODS, Network, Problem
from bayesnet.fitting import fit_settings
from bayesnet.methods.advi import AdviConfig
from bayesnet.methods.exact import ExactConfig
from bayesnet.methods.hmc import HmcConfig
from bayesnet.methods.nuts import NutsConfig
from bayesnet.problems.okada import Slip
from bayesnet.problems.tomography import Tomography
from bayesnet.sbc.replicate import RULES, refuse_unranked, replicate
from bayesnet.sbc.summary import summary, together
from data import load_catalogue
from data.catalogue import TEST, TRAIN, checksum
from data.faults.observations import load_observations
from data.files import fingerprint
from data.travel_times import load_travel_times
from data.workers import Job, Workers
from data.written import claim
from reports.words import listed, name_of
from studies import QUESTIONS
from studies.commands import run_script
from studies.many import files_of_jobs, stored_or_made
from studies.pieces import PieceStudy, stored_derived

REPEATS, QUICK_REPEATS = 200, 10
TEST_ROWS = 40  # of the network: those whose predictions tell whether chains have converged
PIECES = ("ranks", "calibration")
CONTROLS = ("exact", "hmc", "nuts", "advi")  # of problems whose posterior is known
# Hundreds of fits need fewer draws each than one does: a truth is ranked among 99 of them.
CONFIGS = {
    "advi": AdviConfig(restarts=2, draws=500),
    "hmc": HmcConfig(draws=800, thin=1),
    "nuts": NutsConfig(warmup=400, draws=400, thin=1),
    "exact": ExactConfig(draws=250),
}


class Asked(NamedTuple):
    """A problem whose methods are calibrated."""

    problem: Problem
    load: Callable[[int], xr.Dataset]  # (training rows, where a catalogue has more) -> data set
    methods: tuple[str, ...]
    changes: Mapping[str, Mapping]  # of CONFIGS, by method: the settings of the study that fits this problem once


def few_rows(number: int) -> xr.Dataset:
    """The catalogue `rupture2d` with so many of its training rows and a few of its test rows, evenly spaced."""
    catalogue = load_catalogue("rupture2d")
    kept = []
    for part, most in ((TRAIN, number), (TEST, TEST_ROWS)):
        places = np.flatnonzero(catalogue["split"].values == part)
        kept.append(places[np.unique(np.linspace(0, len(places) - 1, most).round().astype(int))])
    few = catalogue.isel(simulation=np.sort(np.concatenate(kept)))
    return few.assign_attrs(checksum=checksum(few))


# the posteriors of the controls are correlated, and their draws cost little
SAMPLERS = {"hmc": {"draws": 1500}, "nuts": {"draws": 1500}}
ASKED = {
    "network": Asked(Network(), few_rows, ("hmc", "nuts", "advi"), {}),
    "okada/slip": Asked(
        Slip(), lambda _: load_observations("slip"), CONTROLS, SAMPLERS | {"advi": {"last_rate": 1e-4}}
    ),
    "tomography/gp": Asked(
        Tomography(),
        lambda _: load_travel_times(),
        CONTROLS,
        SAMPLERS | {"advi": {"iterations": 40_000, "last_rate": 3e-5}},
    ),
}


@dataclass(frozen=True)
class Calibration(PieceStudy):
    """The question whether posteriors are right, asked of many truths that are drawn from the prior."""

    name: str = "calibration"  # how the command line calls it, and its folder of results
    question: str = QUESTIONS["calibration"]
    problems: tuple[str, ...] = tuple(ASKED)  # of ASKED
    methods: tuple[str, ...] = ()  # of every problem, by default those of each in ASKED
    repeats: int | None = None  # truths, by default REPEATS; quick: QUICK_REPEATS
    rows: int = 200  # training rows of the network, of 1600: so that hundreds of fits take minutes, not hours
    seed: int = 0  # of truths, outcomes and fits
    quick: bool = False  # the methods' small settings: shows that everything works
    workers: Workers = field(default=Workers(), compare=False)  # where fits are made; changes no result

    title: ClassVar[str] = "Calibration"
    sections: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "Ranks of the truth": ("sbc.ranks",),
        "Coverage": ("sbc.coverage",),
        "Fits": ("sbc.fits",),
    }
    growing: ClassVar[tuple[str, ...]] = ("problems", "methods", "repeats")  # others leave what is stored as it is

    def files(self) -> list[str]:
        """What follows from the replicates, whose own files are claimed as soon as they are known."""
        return [f"{name}.nc" for name in PIECES]

    def measured(self, out: Path, *, fresh: bool, console: Console) -> dict[str, xr.Dataset]:
        """Make the replicates, put them side by side, and judge them."""
        refuse_unranked(self.methods)
        jobs, asked = {}, {}
        for problem, method, known, job in self._jobs():
            jobs[known], asked[job.name] = job, (problem, method)
        claim(out, files_of_jobs(jobs))
        found, failed = stored_or_made(jobs, out, self.workers, fresh=fresh, console=console)
        made: dict[tuple[str, str], list[xr.Dataset]] = {}
        for name, one in found.items():
            made.setdefault(asked[name], []).append(one)
        ranks = together(made).assign_attrs(failed=json.dumps(failed))
        pieces = {"ranks": stored_derived(ranks, "ranks", found, out)}
        return pieces | {"calibration": stored_derived(summary(ranks), "calibration", pieces, out)}

    def _jobs(self) -> Iterator[tuple[str, str, str, Job]]:
        """Problem and method of each replicate, what its result is known by, and the computation."""
        repeats = self.repeats or (QUICK_REPEATS if self.quick else REPEATS)
        for name in self.problems:  # one after the other, so that a worker compiles each of them once
            problem, data, methods = ASKED[name].problem, ASKED[name].load(self.rows), self._methods(name)
            for number in range(repeats):
                for method in methods:
                    config = self.config(name, method)
                    settings = fit_settings(method, problem, data, config, self.seed) | {"replicate": number, **RULES}
                    arguments = (problem, data, method, config, self.seed, number)
                    job = Job(f"{method} of {name}, replicate {number}", replicate, arguments)
                    yield name, method, fingerprint(settings), job

    def _methods(self, name: str) -> tuple[str, ...]:
        """Methods of a problem: those that are asked for, `exact` only where the posterior is known."""
        known = ASKED[name].methods
        return tuple(one for one in self.methods or known if one != "exact" or one in known)

    def config(self, name: str, method: str) -> object:
        """Settings of a method for a problem."""
        if self.quick:
            return METHODS[method].quick
        return replace(CONFIGS.get(method, METHODS[method].config), **ASKED[name].changes.get(method, {}))

    def made_from(self, pieces: Mapping[str, xr.Dataset]) -> str:
        """One line for the head of the page."""
        ranks = pieces["ranks"]
        methods = listed([name_of(str(method)) for method in ranks["method"].values])
        problems = listed([str(problem) for problem in ranks["problem"].values])
        rows = f" (network: {self.rows} training rows)" if "network" in self.problems else ""
        return f"{ranks.sizes['replicate']} truths of {problems}{rows}, each fitted by {methods}"

    def found(self, pieces: Mapping[str, xr.Dataset]) -> str:
        """How many curves lie inside their envelopes."""
        outside = pieces["calibration"]["outside"].sel(envelope="all")
        return f"{int((outside == 0).sum())} of {int(outside.count())} quantities have ranks that may be uniform"


STUDY = Calibration()

if __name__ == "__main__":
    run_script(STUDY)
