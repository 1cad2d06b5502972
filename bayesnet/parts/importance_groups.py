"""Permutation importance of groups of inputs that are shuffled together."""

from bayesnet.contract import Part
from bayesnet.parts.importance import ACROSS, of_comparison

PART = Part(lambda c: of_comparison(c, grouped=True), across=ACROSS)
