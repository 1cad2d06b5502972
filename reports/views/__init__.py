"""The views: a file for each part of a comparison, with its figures, its tables, its captions and its sentences."""
