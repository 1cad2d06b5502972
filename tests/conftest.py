"""Small catalogues with known truth, fits of them, and hand-made fits."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from filelock import FileLock
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from rich.console import Console
from scipy.special import expit
from xdist.scheduler import LoadScopeScheduling

import bayesnet
from bayesnet.methods.advi import AdviConfig
from bayesnet.methods.mlp import MlpConfig
from bayesnet.methods.nuts import NutsConfig
from data import InputError, load_catalogue, make_catalogue
from data.rupture.verification.pieces import PIECES

# a machine that is busy with other things makes no test fail
hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("patient")

SMALL = {
    "mlp": MlpConfig(restarts=3),
    "advi": AdviConfig(iterations=4000, restarts=2, draws=300),
    "nuts": NutsConfig(warmup=200, draws=200, thin=1, max_depth=6),
}
NETWORK = bayesnet.Network(hidden=3)

# settings of the verification of the rupture solver: as small as its grids allow
SMALL_SETTINGS = {
    "energy": {"noises": 1},
    "exact": {"spacings": (0.2, 0.1), "angles": (0.0, 1.1)},
    "tpv205": {"resolutions": (400.0, 200.0, 100.0)},
    "barrier": {"heights": (0.01, 0.001), "time": 1.5},
    "ruptures": {"resolution": 200.0, "duration": 1.5, "frames": 7},
    "labels": {"rows": 6, "remade": 2, "resolutions": (400.0, 200.0, 100.0)},
    "speed": {"resolutions": (400.0,)},
}
SMALL_PIECES = tuple(replace(piece, quick=SMALL_SETTINGS.get(piece.name, {})) for piece in PIECES)


# Files that one worker runs, which keeps what it compiled, by how their names begin. They come first, so that no worker
# waits while another one makes what all share. Any other file is a group by itself.
TOGETHER = {
    "pages": ("tests/reports/test_browser.py", "tests/reports/test_page.py"),
    "solver": ("tests/reports/views/solver/", "tests/data/rupture/"),
    "methods": ("tests/bayesnet/methods/", "tests/bayesnet/test_compiled.py", "tests/bayesnet/test_fitting.py"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = [*TOGETHER]
    items.sort(key=lambda item: order.index(group) if (group := group_of(item.nodeid)) in order else len(order))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    return Together(config, log)


class Together(LoadScopeScheduling):
    """Hands out groups of files."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return next((group for group, names in TOGETHER.items() if file.startswith(names)), file)


@pytest.fixture(scope="session", autouse=True)
def _temporary_files(tmp_path_factory):
    """Compilers leave a hundred small files in the temporary folder: here they go with the folders of old sessions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture(scope="session")
def once(tmp_path_factory, worker_id) -> Callable[[str, Callable[[Path], object]], Path]:
    """Give `once(name, make)`: a folder that `make` fills, once for all workers of a session; not to be changed."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent

    def folder(name: str, make: Callable[[Path], object]) -> Path:
        made, making = shared / f"once-{name}", shared / f"making-{name}"
        with FileLock(shared / f"{name}.lock"):
            if not made.exists():
                making.mkdir()
                make(making)
                making.rename(made)
        return made

    return folder


@pytest.fixture(scope="session")
def catalogue() -> xr.Dataset:
    """150 training and 100 test rows of a logistic regression on the first two of three inputs."""
    rng = np.random.default_rng(0)
    features = rng.normal([0, 10, -5], [1, 3, 2], size=(250, 3))
    logit = 2 * features[:, 0] - (features[:, 1] - 10) / 1.5
    return make_catalogue(
        name="logistic",
        features=features,
        label=rng.random(250) < expit(logit),
        split=np.repeat(["train", "test"], [150, 100]),
        feature_names=["a", "b", "c"],
        units=["km", "MPa", "1"],
        source="tests",
    )


@pytest.fixture(scope="session")
def fits(catalogue, once) -> dict[str, xr.DataTree]:
    """The catalogue fitted by every method with small settings."""

    def fit(name: str) -> Callable[[Path], object]:
        return lambda folder: bayesnet.save(
            bayesnet.fit(name, NETWORK, catalogue, config=SMALL[name], seed=3), folder / "fit.nc"
        )

    return {name: bayesnet.load(once(f"fit-{name}", fit(name)) / "fit.nc") for name in SMALL}


@pytest.fixture(scope="session")
def comparison(fits, catalogue, once) -> xr.DataTree:
    """All that is compared of these fits; to be copied before it is changed."""

    def compare(folder: Path) -> None:
        bayesnet.save(bayesnet.compare(fits, catalogue, seed=2), folder / "comparison.nc")

    return bayesnet.load(once("comparison", compare) / "comparison.nc")


@pytest.fixture(scope="session")
def solver_study(once) -> Path:
    """The folder of a small study of the rupture solver: see `SMALL_SETTINGS`. Its numbers mean nothing."""

    from studies import solver  # here, so that tests of other rooms do not wait for the command line

    def run(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(solver, "PIECES", SMALL_PIECES)
            solver.SolverStudy(quick=True).run(folder, fresh=False, console=Console(quiet=True))

    return once("solver", run)


@pytest.fixture
def undrawn(monkeypatch):
    """Figures are made and not drawn, which takes most of the time of a page: that they can be is tested elsewhere."""
    draw_nothing(monkeypatch)


def draw_nothing(patch: pytest.MonkeyPatch) -> None:
    """Leave figures undrawn."""
    patch.setattr("reports.html.to_svg", lambda _figure, _name: "<svg/>")
    patch.setattr("reports.html.to_png", lambda _figure: b"")
    patch.setattr("reports.html.pieces_of", lambda _figure: ())


@pytest.fixture(scope="session")
def published() -> tuple[xr.Dataset, xr.Dataset]:
    """The published catalogue as released and as repaired."""
    try:
        return load_catalogue("ahamed2019-published"), load_catalogue("ahamed2019")
    except InputError as error:
        pytest.skip(str(error))


@pytest.fixture
def make_fit():
    """Make a fit by hand from draws of the score, or from weights."""
    return _make_fit


def _make_fit(p: np.ndarray, label: np.ndarray, *, features: np.ndarray | None = None) -> xr.DataTree:
    """A fit whose test rows got the scores `p (chain, draw, row)`: a network of one input that is their logit's weight.

    The weights are not made to match: only the groups that scores are computed from can be believed.
    """
    chain, draw, n = p.shape
    rows = np.arange(n)
    features = np.linspace(-1, 1, n)[:, None] if features is None else features
    names = [f"x{i}" for i in range(features.shape[1])]
    coords = {"chain": np.arange(chain), "draw": np.arange(draw), "simulation": rows}
    return xr.DataTree.from_dict(
        {
            "/": xr.Dataset(attrs={"method": "hand", "problem": json.dumps(bayesnet.Network(hidden=1).settings())}),
            "predictions": xr.Dataset({"p": (("chain", "draw", "simulation"), p)}, coords),
            "predictions_constant_data": xr.Dataset(
                {"features": (("simulation", "feature"), features), "label": ("simulation", np.asarray(label))},
                {"simulation": rows, "feature": names},
            ),
        }
    )
