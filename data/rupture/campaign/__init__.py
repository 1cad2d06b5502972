"""Simulated catalogues of ruptures.

`law` draws the parameters of a rupture, `simulate` runs it, and `label` holds its outcome; `rows` simulates many of
them in parallel, `checkpoint` lets a stopped campaign go on, and `catalogue` writes the catalogue that they make.
"""
