"""Figures of the report: each a function from stored arrays to a matplotlib Figure, and the list of all of them.

`draw` of a `FigureSpec` gives a figure that `to_svg` or, where it is `dense`, `to_png` turns into a file.
"""

from reports.figures import (
    fit_specs,
    inputs,
)
from reports.figures.run import FigureSpec, Run, fits_of, load_run
from reports.style import colour_of, label_of, style, to_png, to_svg

# in the order of the report
SECTIONS = (*(inputs, fit_specs),)
FIGURES: tuple[FigureSpec, ...] = tuple(spec for section in SECTIONS for spec in section.SPECS)

__all__ = ["FIGURES", "FigureSpec", "Run", "colour_of", "fits_of", "label_of", "load_run", "style", "to_png", "to_svg"]
