"""Fault slip seen by stations on the ground: the displacement of a rectangular fault, and synthetic observations."""
