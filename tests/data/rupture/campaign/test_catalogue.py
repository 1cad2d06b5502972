"""Campaigns: the same file whatever the workers, kills and resumptions; and what is refused."""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.rupture.campaign import catalogue as campaign
from data.rupture.campaign import rows as campaign_rows
from data.rupture.campaign.catalogue import read_rows, simulate_catalogue, stratified_split
from data.rupture.campaign.checkpoint import resumed
from data.rupture.campaign.law import Law
from data.rupture.solver.parameters import NAMES
from data.rupture.solver.settings import Settings

# the smallest grid that still lets ruptures differ
QUICK = Settings(resolution=400.0, far_spacing=400.0, fewest_nodes=0.0, duration=6.0)
ROWS = 8


def catalogue(out, workers=1, rows=ROWS, **options):
    return simulate_catalogue(Law(), rows, 400.0, 3, out, workers, settings=QUICK, **options)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    out = tmp_path_factory.mktemp("campaign") / "rows.csv"
    catalogue(out)
    return out


def test_file_holds_parameters_labels_and_split(reference):
    table = pd.read_csv(reference)
    assert list(table.columns) == [*NAMES, "label", "split"]
    pd.testing.assert_frame_equal(table[list(NAMES)], Law().sample(ROWS, 3))
    assert set(table.label) <= {0, 1}


def test_provenance_holds_law_settings_and_checksum(reference):
    facts = json.loads(reference.with_suffix(".json").read_text())
    assert facts["sha256"] == hashlib.sha256(reference.read_bytes()).hexdigest()
    assert facts["settings"]["resolution"] == 400
    assert facts["law"]["width"] == [1, 2]
    assert facts["rows"] == sum(facts["reasons"].values()) == ROWS


@pytest.mark.heavy
def test_workers_change_nothing(reference, tmp_path):
    catalogue(tmp_path / "rows.csv", workers=2)
    assert (tmp_path / "rows.csv").read_bytes() == reference.read_bytes()


@pytest.mark.parametrize("cut", [0, 7])
def test_a_killed_campaign_goes_on_where_it_was(reference, tmp_path, monkeypatch, cut):
    """Die before the fourth row, perhaps while writing the third; only what is missing is simulated again."""
    simulated = []
    simulate_row = campaign_rows.simulate_row

    def dying(row, *rest):
        if row == 3 and len(simulated) == 3:
            raise KeyboardInterrupt
        simulated.append(row)
        return simulate_row(row, *rest)

    monkeypatch.setattr(campaign_rows, "simulate_row", dying)
    out = tmp_path / "rows.csv"
    with pytest.raises(KeyboardInterrupt):
        catalogue(out)
    assert not out.exists()
    partial = tmp_path / "rows.csv.partial"
    if cut:
        partial.write_text(partial.read_text()[:-cut])
        simulated.append("cut")
    else:
        simulated.append("whole")
    catalogue(out)
    assert simulated[4:] == list(range(2 if cut else 3, ROWS))
    assert out.read_bytes() == reference.read_bytes()
    assert not partial.exists()


@pytest.mark.parametrize("after", ["rows.csv", "rows.json"])
def test_a_campaign_killed_while_it_writes_its_files_ends_as_any_other(reference, tmp_path, monkeypatch, after):
    """Die after each of the two files; started again, nothing is simulated."""
    out, write = tmp_path / "rows.csv", campaign.write_text

    def dying(text, path):
        write(text, path)
        if path.name == after:
            raise KeyboardInterrupt

    monkeypatch.setattr(campaign, "write_text", dying)
    with pytest.raises(KeyboardInterrupt):
        catalogue(out)
    monkeypatch.setattr(campaign, "write_text", write)
    monkeypatch.setattr(campaign_rows, "simulate_row", None)
    catalogue(out)
    assert out.read_bytes() == reference.read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["rows.csv", "rows.json"]


def test_a_file_that_came_in_between_is_not_replaced(reference, tmp_path):
    out = tmp_path / "rows.csv"

    def meanwhile(finished, total):
        if finished == total:
            out.write_text("mine")

    with pytest.raises(ValueError, match="came into being meanwhile"):
        catalogue(out, progress=meanwhile)
    assert out.read_text() == "mine"


def test_two_campaigns_do_not_write_one_file(tmp_path):
    second = resumed(tmp_path / "a.partial", "x")
    with resumed(tmp_path / "a.partial", "x"), pytest.raises(ValueError, match="another process is writing"):
        second.__enter__()


def test_given_rows_are_simulated_as_they_are(reference, tmp_path):
    rows = read_rows(reference)
    again = simulate_catalogue(rows, 3, 400.0, 9, tmp_path / "again.csv", settings=QUICK)
    assert list(again.label) == list(pd.read_csv(reference).label[:3])


def test_split_is_stratified_and_fixed():
    label = np.random.default_rng(0).random(2000) < 0.34
    parts = stratified_split(label, seed=1)
    assert np.sum(parts == "test") == 400
    assert np.mean(label[parts == "test"]) == pytest.approx(label.mean(), abs=2e-3)
    assert np.array_equal(parts, stratified_split(label, seed=1))
    assert not np.array_equal(parts, stratified_split(label, seed=2))


def test_odd_calls_are_refused(reference, tmp_path):
    with pytest.raises(ValueError, match="exists already"):
        catalogue(reference)
    with pytest.raises(ValueError, match="expected an existing folder"):
        catalogue(tmp_path / "none" / "a.csv")
    with pytest.raises(ValueError, match="rows must be at least 1"):
        catalogue(tmp_path / "a.csv", rows=0)
    for resolution in (0.0, -50.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="resolution must be 5 to 1000 m"):
            simulate_catalogue(Law(), 1, resolution, 3, tmp_path / "a.csv")
    with pytest.raises(ValueError, match=r"ends in \.csv"):
        catalogue(tmp_path / "a.json")
    (tmp_path / "law.json").write_text("{}")
    with pytest.raises(ValueError, match=r"law\.json exists already"):
        catalogue(tmp_path / "law.csv")
    assert (tmp_path / "law.json").read_text() == "{}"
    (tmp_path / "b.csv.partial").write_text("mine")
    with pytest.raises(ValueError, match="belongs to other rows"):
        catalogue(tmp_path / "b.csv")
    assert (tmp_path / "b.csv.partial").read_text() == "mine"
    with pytest.raises(ValueError, match="workers must be at least 1"):
        catalogue(tmp_path / "a.csv", workers=0)
    with pytest.raises(ValueError, match="no file"):
        read_rows(tmp_path / "none.csv")
    (tmp_path / "odd.csv").write_text("height,width\n1,2\n")
    with pytest.raises(ValueError, match="sxx, syy, sxy, mu_d, friction_drop, dc missing"):
        read_rows(tmp_path / "odd.csv")


@pytest.mark.slow
def test_a_campaign_killed_outright_leaves_no_worker_and_can_go_on(reference, tmp_path):
    """SIGKILL to the parent while two workers simulate."""
    out = tmp_path / "rows.csv"
    code = (
        "from pathlib import Path\n"
        "from data.rupture.campaign.catalogue import simulate_catalogue\n"
        "from data.rupture.campaign.law import Law\n"
        "from data.rupture.solver.settings import Settings\n"
        f"simulate_catalogue(Law(), {ROWS}, 400.0, 3, Path('rows.csv'), 2, settings={QUICK!r})"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[4])}
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment, start_new_session=True)
    partial = tmp_path / "rows.csv.partial"
    while not (partial.exists() and len(partial.read_text().splitlines()) > 3):
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 30
    while _session_lives(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _session_lives(process.pid)
    catalogue(out)
    assert out.read_bytes() == reference.read_bytes()


def _session_lives(leader: int) -> bool:
    """Return whether any process of a session is left."""
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True
