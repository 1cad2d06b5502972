"""Steady flow of groundwater: the solver of Darcy's equation, and synthetic heads of known truth."""
