"""Random streams by name: adding a consumer of randomness changes no other consumer's numbers."""

import zlib

import numpy as np


def seed_for(seed: int, name: str) -> int:
    """Integer seed below 2**32 of the stream called `name` under the study's `seed`."""
    sequence = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()),))
    return int(sequence.generate_state(1)[0])
