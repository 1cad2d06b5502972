"""How fast samplers, gradients and comparisons are, each beside what it could be compared with in the same run.

Times of one machine say little about another; ratios of times that were taken in turns say more.
"""
