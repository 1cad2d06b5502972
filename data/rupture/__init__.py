"""Dynamic rupture of a fault with a barrier in two dimensions: one simulation, a campaign of them, and their proof.

From the ground up: `operators` (differences), `mesh`, `friction` (the fault), `solver` (waves and time), `parameters`
(the eight of a rupture), `settings` (everything else), `label`, `simulate` (one rupture); then `law` (how parameters
are drawn), `campaign` (many ruptures), `command` (its command line), `calibrate`, `rerun` (the published rows again),
`answers` (what came of it), `trial` (the published labels against it); then `verify`
and `benchmark`, `evidence` (pieces of both to store) and `checks` (what they must reach).

What imports `solver` changes the last digits of everything that numba compiles afterwards: import `simulate`,
`campaign`, `rerun`, `calibrate`, `verify`, `benchmark` and `evidence` only to simulate.
"""
