"""The command `bayesnet simulate`."""

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from data.rupture.campaign.law import Law
from studies import simulate as command
from tests.studies.command import call


@pytest.fixture
def app(monkeypatch):
    """Return the command over a stand-in for the campaign that notes what it was asked for."""
    asked = {}

    def stand_in(source, rows, resolution, seed, out, workers, progress):
        progress(1, 2)
        asked.update(source=source, rows=rows, resolution=resolution, seed=seed, out=out, workers=workers)
        return pd.DataFrame({"label": [0, 1]})

    monkeypatch.setattr("data.rupture.campaign.catalogue.simulate_catalogue", stand_in)
    application = typer.Typer()
    application.command()(command.simulate)
    return application, asked


def test_defaults_are_those_of_the_embedded_catalogue(app, tmp_path):
    application, asked = app
    result = CliRunner().invoke(application, ["--out", str(tmp_path / "a.csv")])
    assert result.exit_code == 0
    assert "50.0 % break through" in result.output.replace("\n", " ")
    assert asked["source"] == Law()
    assert (asked["rows"], asked["resolution"], asked["seed"], asked["workers"]) == (2000, 50, 1, 1)


def test_given_rows_replace_the_law(app, tmp_path):
    application, asked = app
    Law().sample(3, 0).to_csv(tmp_path / "rows.csv", index=False)
    CliRunner().invoke(application, ["--out", str(tmp_path / "a.csv"), "--from", str(tmp_path / "rows.csv")])
    assert asked["rows"] == 3
    assert len(asked["source"]) == 3


def test_ctrl_c_ends_in_one_line(tmp_path, monkeypatch, capsys):

    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("data.rupture.campaign.catalogue.simulate_catalogue", interrupted)
    assert call("simulate", "--out", tmp_path / "a.csv") == 130
    said = capsys.readouterr().err.splitlines()
    assert f"{tmp_path / 'a.csv'}.partial, the same command goes on from there" in said[0]
    assert len(said) == 1
