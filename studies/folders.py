"""Where the results of a study lie, so that no run overwrites another that differs."""

from pathlib import Path
from typing import Protocol

RESULTS = Path("results")


class Settings(Protocol):
    """What the folder of a study's results depends on."""

    name: str
    catalogue: str
    methods: tuple[str, ...]
    balance: str
    seed: int
    quick: bool


def default_folder(study: Settings, base: Settings) -> Path:
    """`results/<study>`, with what differs from the study's own settings in the name, so that neither run is lost."""
    changes = [Path(study.catalogue).stem] if study.catalogue != base.catalogue else []
    for name in ("balance", "seed"):
        if getattr(study, name) != getattr(base, name):
            changes.append(f"{name}-{getattr(study, name)}")
    changes += ["quick"] if study.quick else []
    whole, *run = study.name.split("/")  # a run of a study lies in that study's folder
    return RESULTS.joinpath("-".join([whole, *changes]), *run)
