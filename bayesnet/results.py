"""Results of a study on disk: a folder read back as one `Result`, refused where its files do not fit together."""

import json
from collections.abc import Mapping
from pathlib import Path

import xarray as xr

from bayesnet.contract import Result
from bayesnet.store import FORMAT, load
from data import InputError
from data.errors import DamagedError
from data.files import fingerprint, read_json, sha256, write_text
from data.written import RECORD

STUDY, PARTS, DATA, AUDIT = "study.json", "comparison.nc", "data.nc", "audit.json"
KINDS = ("*.nc", "*.json", "*.csv", "tables/*.csv")  # files beside a report


def read_result(folder: Path) -> Result:
    """Read everything that a report is written from.

    Parameters
    ----------
    folder : Path
        Holds `study.json`; of one run `comparison.nc`, `data.nc` and a fit `<method>.nc` for each method; of several
        runs `comparison.nc`; of a verification one file `<piece>.nc` per piece.

    Raises
    ------
    InputError
        Where files are missing, damaged, of another version of the program, or do not belong together.
    """
    if not (folder / STUDY).is_file():
        raise InputError(f"{folder} must hold the results of a study, got no {STUDY} there; {_advice(folder)}")
    study = read_json(folder / STUDY)
    if not isinstance(study, dict) or study.get("format") != FORMAT:
        raise InputError(
            f"{folder} must hold results of this version (format {FORMAT}), got those of another one; make them again"
        )
    if "command" not in study:
        raise InputError(f"{folder / STUDY} must name the command of its study, got none; make the results again")
    try:
        _check_files(folder, study)
        result = _read(folder, study)
    except (OSError, DamagedError) as error:
        raise InputError(
            f"{folder} must hold finished results ({_expected(study)}), got: {error}; make them again with: "
            f"{study['command']}"
        ) from error
    _check(result)
    return result


def write_study(study: dict, folder: Path) -> dict:
    """Write `study.json` with a checksum of its content and of the audit beside it, and return what it holds."""
    audit = {AUDIT: sha256(folder / AUDIT)} if (folder / AUDIT).is_file() else {}
    study = study | {"files": audit}
    study |= {"checksum": _checksum(study)}
    write_text(json.dumps(study, indent=2) + "\n", folder / STUDY)
    return study


def _checksum(study: dict) -> str:
    return fingerprint({name: value for name, value in study.items() if name != "checksum"})


def _check_files(folder: Path, study: dict) -> None:
    """Refuse JSON files that are not as they were written; the others carry their own checksums."""
    named = {name: sha256(folder / name) == written for name, written in study.get("files", {}).items()}
    for name, whole in {STUDY: _checksum(study) == study.get("checksum"), **named}.items():
        if not whole:
            raise DamagedError(folder / name)


def _read(folder: Path, study: dict) -> Result:
    audit = folder / AUDIT
    pieces = study.get("pieces")
    if pieces:
        parts = xr.DataTree.from_dict({name: load(folder / f"{name}.nc").to_dataset() for name in pieces})
    else:
        parts = load(folder / PARTS)
    one = not pieces and "runs" not in study
    return Result(
        study=study,
        parts=parts,
        fits={method: load(folder / f"{method}.nc") for method in study["methods"]} if one else {},
        data=load(folder / DATA).to_dataset() if one else None,
        findings=read_json(audit) if audit.is_file() else None,
        folder=folder,
        files=files_of(folder),
    )


def files_of(folder: Path) -> tuple[Path, ...]:
    """The stored files and tables of a folder of results, which stand beside its report; without the record of them."""
    return tuple(sorted(path for kind in KINDS for path in folder.glob(kind) if path.name != RECORD))


def _check(result: Result) -> None:
    """Refuse files that do not belong together: a study was started again in this folder and not finished."""
    study, stored = result.study, result.parts.attrs
    if "pieces" in study:
        same = all(result.parts[name].attrs.get("fingerprint") == made for name, made in study["pieces"].items())
    else:
        same = stored.get("format") == FORMAT and json.loads(stored["study"]) == study
    if result.fits:
        same = same and stored.get("fits") == fits_made(result.fits)
        same = same and stored["data_checksum"] == result.data.attrs["checksum"]
    if not same:
        raise InputError(
            f"{result.folder} must hold finished results, got files of different ones: a study was started again "
            f"there and not finished; give its command once more: {study['command']}"
        )


def fits_made(fits: Mapping[str, xr.DataTree]) -> str:
    """What a comparison stores of the fits that it was made from, to know them again."""
    return json.dumps(
        {method: [fit.attrs.get("fingerprint"), fit.attrs.get("created")] for method, fit in fits.items()}
    )


def failures(piece: xr.Dataset) -> dict[str, str]:
    """What failed of the computations that a piece was made from, by name, in a line each."""
    return json.loads(piece.attrs.get("failed", "{}"))


def _expected(study: dict) -> str:
    if "pieces" in study:
        return f"{', '.join(study['pieces'])} as .nc"
    return PARTS if "runs" in study else f"{PARTS}, {DATA} and a .nc file for each method"


def _advice(folder: Path) -> str:
    """Where a run may be meant."""
    runs = sorted(str(path.parent) for path in folder.glob(f"*/{STUDY}"))
    return f"its runs are {', '.join(runs)}" if runs else "make one with: bayesnet run"
