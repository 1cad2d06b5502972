"""The solver of dynamic rupture: elastic waves in two blocks, joined by a fault with slip-weakening friction.

From the ground up: `operators` (summation-by-parts differences), `mesh`, `friction` (the fault condition), `kernels`
(the compiled sweeps over the mesh), `time_integration` (`Solver`, which advances a rupture); beside them `parameters`
(the eight of a rupture) and `settings` (everything else that determines a simulation).
"""
