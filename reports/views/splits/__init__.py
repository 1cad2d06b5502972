"""Views of many splits of a catalogue: each is named after what `studies.splits` stores, and draws that alone."""

SCOPE = (
    "Every split draws other test rows, and every fit on it has starts and draws of its own. 95 % intervals are those "
    "of the mean over splits, corrected for the rows that splits share (Nadeau & Bengio 2003)"
)
