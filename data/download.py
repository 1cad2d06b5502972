"""The files of the published catalogue: where they are, or downloaded and checked."""

import os
from pathlib import Path

import lazy_loader

from data.errors import InputError
from data.files import sha256

pooch = lazy_loader.load("pooch")  # imported when it is used: a list of catalogues does not need it

REPOSITORY = "msahamed/machine_learning_earthquake_rupture"
COMMIT = "876f31d1fe9ae824289ef3deb63e01eecbbcfd47"
ADDRESS = f"https://raw.githubusercontent.com/{REPOSITORY}/{COMMIT}/data/"
SHA256 = {
    "rupturemodel_train.txt": "ad9e8d98e7dc513df268b2ae2ad097b84d527323f5cc329e3400919a01657d06",
    "rupturemodel_validate.txt": "d14ad1b12856e596a85ef63ac1d72369454dc6a05e0893833a8edf6bfb71d0cd",
    "rupturemodel_test.txt": "5bdc7d6e666b096a0c54accb85e9bf2659204ce1e1cb56c1f13516be1c15a844",
}
DATA_DIR = "BAYESNET_DATA_DIR"


def find_files() -> list[Path]:
    """The three files, checked by SHA-256: from `$BAYESNET_DATA_DIR`, the user's cache, or a download into it.

    Raises
    ------
    InputError
        Where a file is not the published one, or is nowhere to be found and cannot be downloaded.
    """
    if folder := _given_folder():
        return [_checked(folder / name) for name in SHA256]
    pooch.get_logger().setLevel("WARNING")
    cache = pooch.create(path=cache_folder(), base_url=ADDRESS, registry={n: f"sha256:{h}" for n, h in SHA256.items()})
    try:
        return [Path(cache.fetch(name)) for name in SHA256]
    except (OSError, ValueError) as error:  # requests' errors are OSErrors; a wrong checksum is a ValueError
        raise InputError(
            f"could not download the published catalogue ({type(error).__name__}); put {', '.join(SHA256)} "
            f"from {ADDRESS} into {cache_folder()} or into a folder that {DATA_DIR} names"
        ) from error


def cache_folder() -> Path:
    """Folder of this user's cache where downloaded files are kept."""
    return Path(pooch.os_cache("bayesnet")) / "ahamed2019"


def folder_in_use() -> str:
    """Where the files are, or a word that they are yet to be fetched into the cache."""
    if folder := _given_folder():
        return str(folder)
    return str(cache_folder()) + ("" if _has_all(cache_folder()) else " (not fetched yet)")


def _given_folder() -> Path | None:
    """The folder of `$BAYESNET_DATA_DIR`, where it holds the files."""
    folder = os.environ.get(DATA_DIR)
    return Path(folder) if folder and _has_all(Path(folder)) else None


def _has_all(folder: Path) -> bool:
    return all((folder / name).is_file() for name in SHA256)


def _checked(path: Path) -> Path:
    found = sha256(path)
    if found != SHA256[path.name]:
        raise InputError(
            f"{path} must be the published file with SHA-256 {SHA256[path.name]}, got {found}; "
            f"fetch it again from {ADDRESS}"
        )
    return path
