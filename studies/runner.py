"""Run a study: fit what is not stored yet, compare, and write everything into one folder."""

import json
from dataclasses import asdict
from pathlib import Path

import xarray as xr
from rich.console import Console

import bayesnet
from bayesnet.fits import METHODS
from bayesnet.fitting import fit_settings
from bayesnet.store import fingerprint
from data import load_catalogue
from data.audit import audit
from data.files import write_text
from reports.page import build_report
from reports.summary import summarise, summary_table
from reports.tables import write_tables
from studies.study import Study

RESULTS = Path("results")


def run(study: Study, out: Path, *, fresh: bool = False, console: Console | None = None) -> dict:
    """Fit, compare and store a study.

    Parameters
    ----------
    study : Study
    out : Path
        Folder of the results: `catalogue.nc`, `audit.json`, `<method>.nc`, `comparison.nc`, `summary.json`,
        `summary.csv`, `tables/*.csv`, `study.json`, `report.html`.
    fresh : bool
        Refit even where a stored fit has the same settings.
    console : rich.console.Console, optional
        Where progress is shown.

    Returns
    -------
    dict
        The content of `summary.json`.

    Raises
    ------
    InputError
        For input that cannot be used. Finished fits stay where they are, also on Ctrl-C.
    """
    console = console or Console()
    catalogue = load_catalogue(study.catalogue, label=study.label, seed=study.seed)
    findings = audit(catalogue)
    for finding in findings:
        if finding.severity != "info":
            console.print(f"audit, {finding.severity}: {finding.message}", highlight=False, soft_wrap=True)
    bayesnet.save(xr.DataTree(catalogue), out / "catalogue.nc")
    write_text(json.dumps([finding.to_dict() for finding in findings], indent=2) + "\n", out / "audit.json")
    fits = {method: _stored_or_fitted(method, study, catalogue, out, fresh, console) for method in study.methods}
    with console.status("comparing") as status:
        comparison = bayesnet.compare(
            fits, catalogue, seed=study.seed, progress=lambda part: status.update(f"comparing: {part}")
        )
    comparison.attrs |= {"study": json.dumps(asdict(study)), **bayesnet.provenance()}
    bayesnet.save(comparison, out / "comparison.nc")
    summary = summarise(comparison, study=study.name, quick=study.quick, seed=study.seed)
    write_text(json.dumps(asdict(study), indent=2) + "\n", out / "study.json")
    write_text(json.dumps(summary, indent=2, allow_nan=False) + "\n", out / "summary.json")
    write_text(summary_table(summary).to_csv(), out / "summary.csv")
    write_tables(comparison, out / "tables")
    with console.status("writing the report"):
        build_report(out)
    return summary


def default_folder(study: Study, base: Study) -> Path:
    """`results/<study>`, with what differs from the study's own settings in the name, so that neither run is lost."""
    changes = [Path(study.catalogue).stem] if study.catalogue != base.catalogue else []
    changes += [f"{name}-{getattr(study, name)}" for name in ("balance", "seed") if differs(name, study, base)]
    changes += ["quick"] if study.quick else []
    return RESULTS / "-".join([study.name, *changes])


def differs(name: str, study: Study, base: Study) -> bool:
    """Whether a setting is not the study's own."""
    return getattr(study, name) != getattr(base, name)


def _stored_or_fitted(
    method: str, study: Study, catalogue: xr.Dataset, out: Path, fresh: bool, console: Console
) -> xr.DataTree:
    config = METHODS[method].quick if study.quick else METHODS[method].config
    path = out / f"{method}.nc"
    settings = fit_settings(method, study.network, catalogue, config, study.balance, study.seed)
    stored = None if fresh else stored_tree(path, fingerprint(settings))
    if stored is not None:
        console.print(f"{method}: stored fit of {stored.attrs['created']}", highlight=False, soft_wrap=True)
        return stored
    console.print(
        f"{method}: {METHODS[method].about}{' (quick settings)' if study.quick else ''}",
        highlight=False,
        soft_wrap=True,
    )
    tree = bayesnet.fit(method, study.network, catalogue, config=config, balance=study.balance, seed=study.seed)
    tree.attrs["quick"] = int(study.quick)
    bayesnet.save(tree, path)
    console.print(f"{method}: {tree.attrs['seconds']:.0f} s, stored in {path}", highlight=False, soft_wrap=True)
    return tree


def stored_tree(path: Path, expected: str) -> xr.DataTree | None:
    """A stored result, where there is a whole one whose settings have the expected fingerprint."""
    if not path.is_file():
        return None
    try:
        tree = bayesnet.load(path)
    except OSError:  # damaged from outside: our own writes are whole
        return None
    return tree if tree.attrs.get("fingerprint") == expected else None
