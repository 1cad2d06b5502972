"""Simulation-based calibration: over truths drawn from the prior, do posteriors hold them as often as they promise?"""
