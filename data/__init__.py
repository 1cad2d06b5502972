"""Catalogues of simulations: loading, checking, repairing."""

import lazy_loader

# What is imported with each module: when it is first used, so that nothing waits for libraries that it does not need.
NAMES = {
    "catalogue": ["check_catalogue", "make_catalogue", "rows"],
    "errors": ["InputError"],
    "library": ["LIBRARY", "load_catalogue"],
    "table": ["read_csv"],
}
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=NAMES)
