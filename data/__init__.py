"""Catalogues of simulations: loading, checking, repairing."""

from data.catalogue import check_catalogue, make_catalogue, rows
from data.errors import InputError
from data.library import LIBRARY, load_catalogue
from data.table import read_csv

__all__ = ["LIBRARY", "InputError", "check_catalogue", "load_catalogue", "make_catalogue", "read_csv", "rows"]
