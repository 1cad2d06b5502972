"""Velocities of stations on the ground: synthetic ones of known strain rate, and files of real ones."""
