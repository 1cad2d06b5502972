"""A study of one data set: the settings that determine its result, as data, and how it is run."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Self

import xarray as xr
from rich.console import Console

import bayesnet
from bayesnet import METHODS, Network, Problem
from bayesnet.contract import Result
from bayesnet.fitting import fit_settings, predicts_as_stored
from bayesnet.results import AUDIT, DATA, PARTS, fits_made
from data import InputError, load_catalogue
from data.audit import audit
from data.errors import DamagedError
from data.files import check_seal, fingerprint, write_text
from data.workers import Job, Pool, Workers
from data.written import claimed
from reports.convergence import convergence_words
from studies.question import FILES, RESULTS, Question, finish, say, settings_of, stored_tree
from studies.resources import Needs, check_resources, most_workers
from studies.sharing import helpers, shared_parts, shared_sections

HIDDEN = ("load", "max_memory", "workers")  # fields that determine no result


@dataclass(frozen=True)
class Study(Question):
    """A question asked of one data set by several methods."""

    name: str  # how the command line calls it, and its folder of results
    question: str  # one line for lists and reports
    data: str = "rupture2d"  # a name that `load` knows; for catalogues one of `data.LIBRARY` or a CSV file
    label: str = "label"  # column of the outcome in a CSV file
    problem: Problem = field(default_factory=Network)
    methods: tuple[str, ...] = ()  # keys of `bayesnet.METHODS`, by default those of the problem
    optional: tuple[str, ...] = ()  # those of them that are left out where the data do not allow them
    configs: Mapping[str, object] = field(default_factory=dict)  # of methods that do not take their own settings
    seed: int = 0  # of every random stream
    quick: bool = False  # the methods' small settings: shows that everything works, its numbers say little
    max_memory: float | None = field(default=None, compare=False)  # GiB that it may take; changes no result
    # where fits are compared; changes no result. The command line takes a process for each processor, which a script of
    # a user's own must not start while it is imported
    workers: Workers = field(default=Workers(1), compare=False)
    load: Callable[..., xr.Dataset] = field(default=load_catalogue, repr=False)  # (data, label, seed) -> the data set

    def __post_init__(self) -> None:
        """Take the problem's methods where none are named."""
        object.__setattr__(self, "methods", self.methods or self.problem.methods)

    @property
    def balance(self) -> str | None:
        """Balance of the classes, where the problem has such a setting."""
        return getattr(self.problem, "balance", None)

    def fixes(self, option: str) -> bool:
        """Whether no option of this name can change the study."""
        if option == "balance":
            return option not in {one.name for one in fields(self.problem)}
        return super().fixes(option) or (option == "label" and self.load is not load_catalogue)

    def with_options(self, given: Mapping[str, object]) -> Self:
        """The study with other settings; see `Question.with_options`."""
        if "workers" in given and given["workers"] != given["workers"].here:
            raise InputError(f"{self.name} is made on this machine, got the cluster {given['workers']}; leave it out")
        others = {option: value for option, value in given.items() if option != "balance"}
        study = super().with_options(others)
        study = replace(study, optional=()) if "methods" in given else study  # what is asked for by name is made
        if "balance" not in given:
            return study
        if self.fixes("balance"):
            return super().with_options(given)  # which refuses it
        return replace(study, problem=replace(study.problem, balance=given["balance"]))

    def described(self) -> dict:
        """What `study.json` holds."""
        sections = {title: list(parts) for title, parts in self.problem.parts.items()}
        own = {
            "about": self.problem.about,
            "methods": list(self.methods),
            "sections": sections,
            "settings": settings_of(self, *HIDDEN),
        }
        return self.stored() | own

    def run(self, out: Path, *, fresh: bool = False, console: Console | None = None) -> Result:
        """Fit what is not stored yet, compare, write everything into one folder, and show the headline values.

        Parameters
        ----------
        out : Path
            Folder of the results: `data.nc`, `audit.json` for a catalogue, `<method>.nc`, `comparison.nc`,
            `summary.json`, `summary.csv`, `tables/*.csv`, `study.json`, `report.html`.
        fresh : bool
            Refit even where a stored fit has the same settings.
        console : rich.console.Console, optional
            Where progress is shown.

        Returns
        -------
        Result

        Raises
        ------
        InputError
            For input that cannot be used. Finished fits stay where they are, also on Ctrl-C.
        """
        with self.opened(out, fresh=fresh, console=console or Console()) as run, run.helpers() as made:
            return run.finish(made)

    @contextmanager
    def opened(self, out: Path, *, fresh: bool, console: Console) -> Iterator["Run"]:
        """Load the data and keep the folder to this process; with `fresh` without the fits that it holds."""
        data = self.load(self.data, label=self.label, seed=self.seed)
        methods = possible_methods(self.methods, self.optional, self.problem, data, self.seed, console)
        study = replace(self, methods=methods, optional=())
        fits = [f"{method}.nc" for method in study.methods]
        names = [*FILES, DATA, *([AUDIT] if "features" in data else []), *fits]
        if Path(self.data).resolve() in [(out / name).resolve() for name in names]:
            raise InputError(f"{self.data} would be replaced by a result; choose another folder with --out")
        made_by = settings_of(study, *HIDDEN, "question", "data", "optional")
        made_by |= {"data": data.attrs["name"], "values of the data": data.attrs["checksum"]}
        with claimed(out, names, made_by, fresh=fresh):
            run = Run(study, data, out, fresh, console)
            say(console, f"needs {check_resources(run.needs, out, study.max_memory)}")
            for name in fits if fresh else ():
                (out / name).unlink(missing_ok=True)
            yield run

    def config(self, method: str) -> object:
        """Settings of a method."""
        known = METHODS[method]
        return known.quick if self.quick else self.configs.get(method, known.config)


@dataclass(frozen=True)
class Run:
    """A study whose data are loaded, and whose folder is kept to this process."""

    study: Study  # with the methods that the data allow
    data: xr.Dataset
    out: Path
    fresh: bool  # whether fits of other runs are not used
    console: Console

    @cached_property
    def needs(self) -> dict[str, Needs]:
        """What the fit of each method needs; to know it takes a model of each."""
        study = self.study
        return {
            method: Needs.of(method, study.problem, study.config(method), self.data, study.seed)
            for method in study.methods
        }

    def missing(self) -> list[str]:
        """Methods whose fits have to be made, and need no other fit of this run."""
        methods = self.study.methods
        return [one for one in methods if METHODS[one].made_from not in methods and self._stored(one) is None]

    def fingerprint(self, method: str) -> str:
        """What a fit of a method with these very settings is known by."""
        study = self.study
        return fingerprint(fit_settings(method, study.problem, self.data, study.config(method), study.seed))

    def job(self, method: str) -> Job:
        """The fit of a method as a computation of its own, whose result `keep` takes."""
        study = self.study
        settings = (method, study.problem, self.data, study.config(method), study.seed)
        return Job(f"{study.name}, {method}", _fitted, settings)

    def keep(self, method: str, tree: xr.DataTree) -> xr.DataTree:
        """Store a fit."""
        tree.attrs["quick"] = int(self.study.quick)
        bayesnet.save(tree, self._path(method))
        return tree

    def most_helpers(self) -> int:
        """Processes that may compare the fits, each of which holds all of them."""
        return most_workers(self.needs.values(), self.study.max_memory, together=True)

    def helpers(self) -> AbstractContextManager[Pool | None]:
        """Processes to compare the fits in: see `finish`."""
        return helpers(self.study.workers, self.most_helpers())

    def finish(self, made: Pool | None) -> Result:
        """Make the fits that are missing, one after the other, compare all, and write what follows from that.

        Parameters
        ----------
        made : Pool, optional
            Processes that compare the fits and draw the page; by default this one does.
        """
        study, console = self.study, self.console
        _store_data(self.data, self.out, console)
        fits = {}
        for method in study.methods:
            fits[method] = self._stored_or_fitted(method, fits)
        about = study.described()
        comparison = self._stored_or_compared(about, fits, made)
        drawn = {"draw": partial(shared_sections, made=made)} if made else {}
        result = finish(self.out, about, comparison, console, **drawn)
        for method in study.methods:
            say(console, f"{method}: {convergence_words(result, {'method': method})}")
        return result

    def _path(self, method: str) -> Path:
        return self.out / f"{method}.nc"

    def _stored(self, method: str) -> xr.DataTree | None:
        """The fit with these very settings where it is stored here, or else in another run, from where it is copied."""
        path, expected = self._path(method), self.fingerprint(method)
        found = _stored_fit(path, expected, self.console)
        return found if found is not None or self.fresh else _made_elsewhere(path, expected, self.console)

    def _stored_or_compared(self, about: dict, fits: dict[str, xr.DataTree], made: Pool | None) -> xr.DataTree:
        """The comparison of these very fits, by this very code: made again where either is another."""
        seed, console = self.study.seed, self.console
        made_from = {"fits": fits_made(fits), "seed": seed, "sections": about["sections"], **bayesnet.provenance()}
        expected = fingerprint(made_from)
        stored = stored_tree(self.out / PARTS, expected, console) if made_from["git_clean"] == 1 else None
        if stored is not None:
            say(console, "comparison: the stored one")
            return stored
        with console.status("comparing") as status:

            def tell(what: str) -> None:
                status.update(f"comparing: {what}")

            given = shared_parts(fits, self.out, seed, made, tell) if made else {}
            comparison = bayesnet.compare(fits, self.data, seed=seed, progress=tell, given=given)
        comparison.attrs |= {"fits": made_from["fits"], "fingerprint": expected}
        return comparison

    def _stored_or_fitted(self, method: str, others: Mapping[str, xr.DataTree]) -> xr.DataTree:
        stored, study = self._stored(method), self.study
        if stored is not None:
            say(self.console, f"{method}: stored fit of {stored.attrs['created']}")
            return stored
        say(self.console, f"{method}: {METHODS[method].about}{' (quick settings)' if study.quick else ''}")
        tree = self.keep(method, _fitted(*self.job(method).arguments, others))
        say(self.console, f"{method}: {tree.attrs['seconds']:.0f} s, stored in {self._path(method)}")
        return tree


def possible_methods(
    methods: tuple[str, ...],
    optional: tuple[str, ...],
    problem: Problem,
    data: xr.Dataset,
    seed: int,
    console: Console,
) -> tuple[str, ...]:
    """The methods that the data allow, without those of the `optional` that they do not; another one is refused."""
    possible = []
    for method in methods:
        try:
            METHODS[method].problem(problem).train(data, seed)
        except InputError as error:
            if method not in optional:
                raise InputError(f"{method}: {error}") from error
            say(console, f"{method} is left out: {error}")
        else:
            possible.append(method)
    return tuple(possible)


def _fitted(
    method: str,
    problem: Problem,
    data: xr.Dataset,
    config: object,
    seed: int,
    others: Mapping[str, xr.DataTree] | None = None,
) -> xr.DataTree:
    return bayesnet.fit(method, problem, data, config=config, seed=seed, others=others)


def _store_data(data: xr.Dataset, out: Path, console: Console) -> None:
    """Store the data set, a catalogue with what its audit found."""
    bayesnet.save(xr.DataTree(data), out / DATA)
    if "features" in data:
        findings = audit(data)
        for finding in findings:
            if finding.severity != "info":
                say(console, f"audit, {finding.severity}: {finding.message}")
        write_text(json.dumps([finding.to_dict() for finding in findings], indent=2) + "\n", out / AUDIT)


def _stored_fit(path: Path, expected: str, console: Console) -> xr.DataTree | None:
    """A stored fit with the expected fingerprint whose draws still mean what they meant when it was made."""
    fit = stored_tree(path, expected, console)
    if fit is not None and not predicts_as_stored(fit):
        say(console, f"{path}: its draws predict something else here than where it was made; it is not used")
        return None
    return fit


def _made_elsewhere(path: Path, expected: str, console: Console) -> xr.DataTree | None:
    """The same fit from another run under `results/`, copied: studies share the fit that they start from."""
    for other in sorted(RESULTS.rglob(path.name)):
        if _fingerprint_of(other) == expected and (fit := _stored_fit(other, expected, console)) is not None:
            say(console, f"{other}: the same fit, copied")
            return bayesnet.load(bayesnet.save(fit, path))
    return None


def _fingerprint_of(path: Path) -> str:
    """Fingerprint of a stored fit without reading all of it; "" where it is damaged."""
    try:
        check_seal(path)
        with xr.open_dataset(path, engine="h5netcdf") as root:
            return root.attrs.get("fingerprint", "")
    except (OSError, DamagedError):
        return ""
