"""Results of a study on disk: a folder read back as one `Result`, refused where its files do not fit together."""

import json
from collections.abc import Mapping
from pathlib import Path

import xarray as xr

from bayesnet.contract import Result
from bayesnet.store import FORMAT, load
from data import InputError
from data.files import read_json

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
        result = _read(folder, study)
    except OSError as error:
        raise InputError(
            f"{folder} must hold finished results ({_expected(study)}), got: {error}; make them again with: "
            f"{study['command']}"
        ) from error
    _check(result)
    return result


def _read(folder: Path, study: dict) -> Result:
    files = tuple(sorted(path for kind in KINDS for path in folder.glob(kind)))
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
        files=files,
    )


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


def _expected(study: dict) -> str:
    if "pieces" in study:
        return f"{', '.join(study['pieces'])} as .nc"
    return PARTS if "runs" in study else f"{PARTS}, {DATA} and a .nc file for each method"


def _advice(folder: Path) -> str:
    """Where a run may be meant."""
    runs = sorted(str(path.parent) for path in folder.glob(f"*/{STUDY}"))
    return f"its runs are {', '.join(runs)}" if runs else "make one with: bayesnet run"
