"""Dynamic rupture of a fault with a barrier in two dimensions, in four packages.

`solver` solves the equations of motion with a frictional fault; `campaign` draws parameters and simulates many
ruptures; `verification` measures how accurate the solver is; `trial` simulates the published ruptures of Ahamed & Daub
(2019) again and compares their labels. Each imports only those named before it, and `trial` does not import
`verification`.

Importing `solver.kernels` sets an option of LLVM for the whole process, which changes the last digits of everything
that numba compiles afterwards, and so the draws of a sampler. `solver.time_integration` imports it, and so does
everything that simulates. Import those only to simulate. Free of it are `solver.parameters`, `solver.settings`,
`campaign.law`, `campaign.label`, `verification.pieces`, `verification.checks`, and in `trial` all but `rerun` and
`calibration`.
"""
