import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import bayesnet
from bayesnet.results import fits_made, read_result, write_study
from bayesnet.store import FORMAT
from data import InputError
from data.files import write_text

COMMAND = "bayesnet run toy"


@pytest.fixture
def folder(tmp_path) -> Path:
    """The folder of a finished run of two methods, with nothing in its parts."""
    data = xr.Dataset({"y": ("row", [1.0, 2.0])}, attrs={"checksum": "a1"})
    bayesnet.save(xr.DataTree(data), tmp_path / "data.nc")
    fits = {}
    for method in ("mlp", "nuts"):
        fits[method] = xr.DataTree.from_dict({"posterior": xr.Dataset({"b1": (("chain", "draw"), np.zeros((1, 3)))})})
        fits[method].attrs = {"method": method, "fingerprint": f"of {method}", "created": "today"}
        bayesnet.save(fits[method], tmp_path / f"{method}.nc")
    study = {"format": FORMAT, "name": "toy", "command": COMMAND, "methods": list(fits)}
    store(tmp_path, study, {"fits": fits_made(fits), "data_checksum": "a1"})
    return tmp_path


@pytest.fixture
def pieces(tmp_path) -> Path:
    """The folder of a verification of two pieces."""
    for name in ("energy", "speed"):
        tree = xr.DataTree(xr.Dataset({"value": 1.0}))
        tree.attrs["fingerprint"] = f"of {name}"
        bayesnet.save(tree, tmp_path / f"{name}.nc")
    made = {"energy": "of energy", "speed": "of speed"}
    write_study({"format": FORMAT, "command": COMMAND, "pieces": made}, tmp_path)
    return tmp_path


def store(folder: Path, study: dict, attributes: dict) -> None:
    """Write the study and the comparison of it."""
    study = write_study(study, folder)
    tree = xr.DataTree.from_dict({"cost": xr.Dataset({"seconds": ("method", [1.0, 2.0])}, {"method": ["mlp", "nuts"]})})
    tree.attrs = {"format": FORMAT, "study": json.dumps(study), **attributes}
    bayesnet.save(tree, folder / "comparison.nc")


def test_a_run_is_read_whole(folder):
    write_text("[]", folder / "audit.json")
    write_text("method,seconds\n", folder / "tables" / "cost.csv")
    result = read_result(folder)
    assert result.study["name"] == "toy"
    assert result.part("cost")["seconds"].values.tolist() == [1, 2]
    assert list(result.fits) == ["mlp", "nuts"]
    assert result.data["y"].values.tolist() == [1, 2]
    assert result.findings == []
    assert {path.relative_to(folder).as_posix() for path in result.files} == {
        "study.json",
        "audit.json",
        "comparison.nc",
        "data.nc",
        "mlp.nc",
        "nuts.nc",
        "tables/cost.csv",
    }


def test_data_that_were_not_audited_have_no_findings(folder):
    assert read_result(folder).findings is None


def test_several_runs_have_parts_only(folder):
    study = {"format": FORMAT, "name": "both", "command": COMMAND, "runs": {"one": {}, "other": {}}}
    store(folder, study, {"baseline": "one"})
    result = read_result(folder)
    assert result.fits == {}
    assert result.data is None
    assert result.part("cost") is not None


def test_pieces_of_a_verification_are_its_parts(pieces):
    result = read_result(pieces)
    assert list(result.parts.children) == ["energy", "speed"]
    assert float(result.part("energy")["value"]) == 1


def test_a_folder_without_a_study_is_refused_and_told_where_runs_are(tmp_path, folder):
    (folder / "study.json").rename(folder / "other.json")
    with pytest.raises(InputError, match=r"got no study.json there; make one with: bayesnet run"):
        read_result(folder)
    write_text("{}", folder / "published" / "study.json")
    with pytest.raises(InputError, match=r"its runs are .*published"):
        read_result(folder)


@pytest.mark.parametrize("content", ["[]", "{}", '{"format": 1}'])
def test_results_of_another_version_are_refused(content, folder):
    write_text(content, folder / "study.json")
    with pytest.raises(InputError, match="got those of another one; make them again"):
        read_result(folder)


def flip(path: Path) -> None:
    """Change one letter in the middle of a file, so that JSON stays JSON."""
    content = bytearray(path.read_bytes())
    content[content.index(b"toy") if b"toy" in content else len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["comparison.nc", "data.nc", "mlp.nc", "study.json", "audit.json"])
def test_a_changed_byte_is_told_with_the_file_that_holds_it(name, folder):
    study = json.loads((folder / "study.json").read_text())
    write_text('["toy"]', folder / "audit.json")
    store(folder, study, {"fits": fits_made(read_result(folder).fits), "data_checksum": "a1"})
    read_result(folder)
    flip(folder / name)
    with pytest.raises(InputError, match=rf"{name} must be as it was stored.* make them again with: {COMMAND}"):
        read_result(folder)


@pytest.mark.parametrize("name", ["comparison.nc", "data.nc", "mlp.nc"])
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"half a fi")])
def test_missing_and_damaged_files_are_told_with_the_command_that_makes_them(name, damage, folder):
    damage(folder / name)
    with pytest.raises(InputError, match=f"must hold finished results .* make them again with: {COMMAND}"):
        read_result(folder)


def test_files_that_do_not_belong_together_are_refused(folder):
    study = json.loads((folder / "study.json").read_text())
    attributes = {name: bayesnet.load(folder / "comparison.nc").attrs[name] for name in ("fits", "data_checksum")}

    def refused():
        with pytest.raises(InputError, match=f"got files of different ones.* once more: {COMMAND}"):
            read_result(folder)

    write_study(study | {"quick": True}, folder)
    refused()  # another study
    write_study(study, folder)
    read_result(folder)
    other = bayesnet.load(folder / "mlp.nc")
    other.attrs["created"] = "tomorrow"
    bayesnet.save(other, folder / "mlp.nc")
    refused()  # another fit
    other.attrs["created"] = "today"
    bayesnet.save(other, folder / "mlp.nc")
    read_result(folder)
    store(folder, study, attributes | {"data_checksum": "b2"})
    refused()  # other data


def test_a_piece_that_was_made_again_is_refused(pieces):
    tree = bayesnet.load(pieces / "speed.nc")
    tree.attrs["fingerprint"] = "of another speed"
    bayesnet.save(tree, pieces / "speed.nc")
    with pytest.raises(InputError, match="got files of different ones"):
        read_result(pieces)
