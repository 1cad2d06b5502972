"""Dynamic rupture of a fault with a barrier in two dimensions: one simulation, a campaign of them, and their proof.

From the ground up: `operators` (differences), `mesh`, `friction` (the fault), `solver` (waves and time), `parameters`
(the eight of a rupture), `label`, `simulate` (one rupture); then `law` (how parameters are drawn), `campaign` (many
ruptures), `command` (its command line), `rerun` (the published rows again), `calibrate`; and `verify` and `benchmark`.
"""
