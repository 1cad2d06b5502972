"""Catalogues of simulations: loading, checking, repairing."""

from data.catalogue import check_catalogue, make_catalogue, rows
from data.errors import InputError

__all__ = ["InputError", "check_catalogue", "make_catalogue", "rows"]
