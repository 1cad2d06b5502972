"""The questions that are asked of the catalogues, and the command line that asks them."""
