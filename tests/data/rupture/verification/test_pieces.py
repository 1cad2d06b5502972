"""The list of pieces: every piece has the settings that its function takes."""

import inspect
from importlib import import_module

import pytest

from data.rupture.verification.pieces import PIECES

NAMES = ("operators", "energy", "exact", "tpv205", "barrier", "ruptures", "labels", "speed")


def test_pieces_are_those_that_are_stored():
    assert tuple(piece.name for piece in PIECES) == NAMES


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("piece", PIECES, ids=NAMES)
def test_every_piece_has_its_settings(piece, quick):
    measure = import_module(f"data.rupture.verification.{piece.name}").measure
    assert list(piece.settings(quick=quick, seed=0)) == list(inspect.signature(measure).parameters)
