"""Simulated catalogues: how parameters are drawn (`law`), one rupture and its label (`simulate`, `label`), many ruptures
in parallel that survive a kill (`rows`, `checkpoint`), and the catalogue that they make (`catalogue`).
"""
