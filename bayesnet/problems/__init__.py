"""The inverse problems: which PyMC model each is, how it predicts, and what of it can be identified."""
