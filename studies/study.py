"""A study of one catalogue: the settings that determine its result, as data, and how it is run."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import xarray as xr
from rich.console import Console

import bayesnet
from bayesnet import Network
from bayesnet.fits import METHODS, Config
from bayesnet.fitting import fit_settings
from data import load_catalogue
from data.audit import audit
from data.files import fingerprint, write_text
from reports.figures import fits_of
from reports.page import build_report
from reports.summary import display, summarise, summary_table
from reports.tables import write_tables
from studies.question import RESULTS, Question


@dataclass(frozen=True)
class Study(Question):
    """A question asked of one catalogue by several methods."""

    name: str  # how the command line calls it, and its folder of results
    question: str  # one line for lists and reports
    catalogue: str = "rupture2d"  # a name of `data.LIBRARY` or a CSV file
    label: str = "label"  # column of the outcome in a CSV file
    network: Network = field(default_factory=Network)
    methods: tuple[str, ...] = ("mlp", "advi", "nuts")  # keys of `bayesnet.METHODS`
    configs: Mapping[str, Config] = field(default_factory=dict)  # of methods that do not take their own settings
    balance: str = "none"  # of the classes: see `bayesnet.training_set`
    upsample_seed: int | None = None  # of upsampled rows, where it is not to follow from the seed
    seed: int = 0  # of every random stream
    quick: bool = False  # the methods' small settings: shows that everything works, its numbers say little

    def run(self, out: Path, *, fresh: bool = False, console: Console | None = None) -> None:
        """Fit what is not stored yet, compare, write everything into one folder, and show the headline figures.

        Parameters
        ----------
        out : Path
            Folder of the results: `catalogue.nc`, `audit.json`, `<method>.nc`, `comparison.nc`, `summary.json`,
            `summary.csv`, `tables/*.csv`, `study.json`, `report.html`.
        fresh : bool
            Refit even where a stored fit has the same settings.
        console : rich.console.Console, optional
            Where progress is shown.

        Raises
        ------
        InputError
            For input that cannot be used. Finished fits stay where they are, also on Ctrl-C.
        """
        console = console or Console()
        catalogue = _audited(self, out, console)
        fits = {method: _stored_or_fitted(self, method, catalogue, out, fresh, console) for method in self.methods}
        comparison = _stored_or_compared(self, fits, catalogue, out, console)
        summary = summarise(comparison, study=self.name, quick=self.quick, seed=self.seed)
        write_text(json.dumps(asdict(self), indent=2) + "\n", out / "study.json")
        write_text(json.dumps(summary, indent=2, allow_nan=False) + "\n", out / "summary.json")
        write_text(summary_table(summary).to_csv(), out / "summary.csv")
        write_tables(comparison, out / "tables")
        with console.status("writing the report"):
            build_report(out)
        console.print(display(summary))
        for method, figures in summary["methods"].items():
            console.print(f"{method}: {figures['verdict']}", highlight=False, soft_wrap=True)
        say(
            console,
            f"results are in {out}: report.html, the fits as .nc, comparison.nc, summary.json, summary.csv and tables/",
        )


def say(console: Console, text: str) -> None:
    """A line as it is: not coloured, not broken."""
    console.print(text, highlight=False, soft_wrap=True)


def _audited(study: Study, out: Path, console: Console) -> xr.Dataset:
    """The catalogue, stored with what its audit found."""
    catalogue = load_catalogue(study.catalogue, label=study.label, seed=study.seed)
    findings = audit(catalogue)
    for finding in findings:
        if finding.severity != "info":
            say(console, f"audit, {finding.severity}: {finding.message}")
    bayesnet.save(xr.DataTree(catalogue), out / "catalogue.nc")
    write_text(json.dumps([finding.to_dict() for finding in findings], indent=2) + "\n", out / "audit.json")
    return catalogue


def _stored_or_fitted(
    study: Study, method: str, catalogue: xr.Dataset, out: Path, fresh: bool, console: Console
) -> xr.DataTree:
    known = METHODS[method]
    config = known.quick if study.quick else study.configs.get(method, known.config)
    path = out / f"{method}.nc"
    given = {"balance": study.balance, "upsample_seed": study.upsample_seed, "seed": study.seed}
    settings = fit_settings(method, study.network, catalogue, config, **given)
    expected = fingerprint(settings)
    stored = None if fresh else stored_tree(path, expected) or _made_elsewhere(path, expected, console)
    if stored is not None:
        say(console, f"{method}: stored fit of {stored.attrs['created']}")
        return stored
    say(console, f"{method}: {known.about}{' (quick settings)' if study.quick else ''}")
    tree = bayesnet.fit(method, study.network, catalogue, config=config, **given)
    tree.attrs["quick"] = int(study.quick)
    bayesnet.save(tree, path)
    say(console, f"{method}: {tree.attrs['seconds']:.0f} s, stored in {path}")
    return tree


def _stored_or_compared(
    study: Study, fits: dict[str, xr.DataTree], catalogue: xr.Dataset, out: Path, console: Console
) -> xr.DataTree:
    """The comparison of these very fits, by this very code: made again where either is another."""
    made_from = {
        "study": json.dumps(asdict(study)),
        "fits": fits_of(fits),
        **bayesnet.provenance(),
    }
    path = out / "comparison.nc"
    stored = stored_tree(path, fingerprint(made_from)) if made_from["git_clean"] == 1 else None
    if stored is not None:
        say(console, "comparison: the stored one")
        return stored
    with console.status("comparing") as status:
        comparison = bayesnet.compare(
            fits, catalogue, seed=study.seed, progress=lambda part: status.update(f"comparing: {part}")
        )
    comparison.attrs |= made_from | {"fingerprint": fingerprint(made_from)}
    bayesnet.save(comparison, path)
    return comparison


def _made_elsewhere(path: Path, expected: str, console: Console) -> xr.DataTree | None:
    """The same fit from another run under `results/`, copied: studies share the fit that they start from."""
    for other in sorted(RESULTS.rglob(path.name)):
        if _fingerprint_of(other) == expected:
            say(console, f"{other}: the same fit, copied")
            return bayesnet.load(bayesnet.save(bayesnet.load(other), path))
    return None


def _fingerprint_of(path: Path) -> str:
    """Fingerprint of a stored fit without reading all of it; "" where it is damaged."""
    try:
        with xr.open_dataset(path, engine="h5netcdf") as root:
            return root.attrs.get("fingerprint", "")
    except OSError:
        return ""


def stored_tree(path: Path, expected: str) -> xr.DataTree | None:
    """A stored result, where there is a whole one whose settings have the expected fingerprint."""
    if not path.is_file():
        return None
    try:
        tree = bayesnet.load(path)
    except OSError:  # damaged from outside: our own writes are whole
        return None
    return tree if tree.attrs.get("fingerprint") == expected else None
