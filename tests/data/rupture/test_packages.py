"""Packages of `data.rupture` import each other in one direction only."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MAY_IMPORT = {
    "solver": set(),
    "campaign": {"solver"},
    "verification": {"solver", "campaign"},
    "trial": {"solver", "campaign"},
}


def imported(path: Path) -> set[str]:
    """Return the names of the modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{name.name}" for name in node.names} | {node.module}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_those_before_it(package):
    for path in (ROOT / "data" / "rupture" / package).glob("*.py"):
        names = [name.removeprefix("data.rupture.") for name in imported(path) if name.startswith("data.rupture.")]
        assert {name.split(".")[0] for name in names} <= MAY_IMPORT[package] | {package}, path


def test_data_knows_no_command_line():
    for path in (ROOT / "data").rglob("*.py"):
        assert not {name.split(".")[0] for name in imported(path)} & {"typer", "rich", "argparse", "studies"}, path
