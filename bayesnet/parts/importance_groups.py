"""Permutation importance of groups of inputs that are shuffled together."""

from bayesnet.contract import Part
from bayesnet.parts.importance import ACROSS, of_comparison
from bayesnet.problems.network.shuffling import column_groups

PART = Part(lambda c: of_comparison(c, column_groups(c.data)), across=ACROSS)
