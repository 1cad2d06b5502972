"""Displacements above a rectangular fault: the formulas of `data.faults.displacement`, which also made the data."""

from data.faults.displacement import centre, fault_displacement, slip_components, surface_displacement, top_corner

__all__ = ["centre", "fault_displacement", "slip_components", "surface_displacement", "top_corner"]
