"""The published ruptures of Ahamed & Daub (2019) simulated again, and what that says about their labels.

`calibration` chose the settings that the publication leaves open, `rerun` simulated every row, `answers` reads what
came of it. `rows` puts labels and answers side by side, `agreement` counts where they are equal, `slip_distance` asks
which slip distance the labels were computed with; `provenance` gathers all of it.
"""
