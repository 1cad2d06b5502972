"""Verification of the solver: `pieces` lists what is measured, `checks` the limits that the numbers must keep to.

A piece of evidence is a module of its name with a function `measure`: `operators`, `energy`, `exact`, `tpv205`,
`barrier`, `ruptures`, `labels` and `speed`. Read a list of them from `pieces`, which does not load the solver.
"""
