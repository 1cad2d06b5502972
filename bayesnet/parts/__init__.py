"""The parts of a comparison: a file each, found by its name, from stored arrays to a stored dataset."""
