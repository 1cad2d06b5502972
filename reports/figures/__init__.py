"""What is left of the old figures: the files of a run."""

from reports.figures.run import FigureSpec, Run, fits_of, load_run

__all__ = ["FigureSpec", "Run", "fits_of", "load_run"]
