"""Published rows simulated again: the table of answers."""

from data.rupture.campaign.law import Law
from data.rupture.solver.settings import Settings
from data.rupture.trial.answers import CACHE, read_answers
from data.rupture.trial.rerun import rerun

QUICK = Settings(resolution=400.0, far_spacing=400.0, fewest_nodes=0.0, duration=6.0)


def test_every_row_is_answered_with_both_slip_distances(tmp_path, monkeypatch):
    tables = {"a": Law().sample(2, 0), "b": Law().sample(1, 1)}
    answers = rerun(tables, QUICK, tmp_path / "answers.csv")
    assert list(answers.file) == ["a"] * 4 + ["b"] * 2
    assert list(answers.row) == [0, 1, 0, 1, 0, 0]
    assert list(answers.dc) == ["0.4", "0.4", "published", "published", "0.4", "published"]
    monkeypatch.setattr("data.rupture.trial.answers.CACHE", tmp_path / "answers.csv")
    assert list(read_answers().label) == list(answers.label)


def test_stored_answers_are_complete():
    answers = read_answers()
    assert CACHE.name == "ahamed2019_rerun.csv"
    counts = answers.groupby(["file", "dc"], sort=False).size().to_dict()
    rows = {"validate": 600, "test": 400, "train": 1000}
    assert counts == {(file, dc): count for file, count in rows.items() for dc in ("0.4", "published")}
    assert not answers.duplicated(["file", "row", "dc"]).any()
    assert set(answers.label) == {0, 1}
