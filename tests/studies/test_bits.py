"""Same seed, same machine: the same bits, whatever is cached, beside what, and on how many processors. Minutes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
METHODS = ("advi", "nuts", "hmc")
# fits each method with its quick settings and prints a checksum of all its draws
FIT = """
import hashlib, sys
import bayesnet
from data import load_catalogue
catalogue = load_catalogue(sys.argv[1], label="broke")
for method in sys.argv[2:]:
    fit = bayesnet.fit(method, bayesnet.Network(), catalogue, config=bayesnet.METHODS[method].quick, seed=0)
    draws = fit["posterior"].to_dataset()
    content = b"".join(draws[name].values.tobytes() for name in sorted(draws.data_vars))
    print("bits", method, hashlib.sha256(content).hexdigest())
"""


def checksums(csv: Path, cache: Path, threads: int, methods=METHODS, processors=None) -> dict[str, str]:
    """Checksum of the draws of each method, fitted in a process of its own."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": str(threads),
        "PYTENSOR_FLAGS": f"base_compiledir={cache / 'pytensor'}",
        "NUMBA_CACHE_DIR": str(cache / "numba"),
    }
    some = None if processors is None else lambda: os.sched_setaffinity(0, processors)
    command = [sys.executable, "-c", FIT, str(csv), *methods]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, preexec_fn=some)
    told = [line.split() for line in done.stdout.splitlines() if line.startswith("bits ")]  # a sampler may talk too
    return {method: checksum for _, method, checksum in told}


def test_the_same_seed_gives_the_same_bits(csv, tmp_path):
    cold = checksums(csv, tmp_path / "first", threads=1)
    assert set(cold) == set(METHODS)
    assert checksums(csv, tmp_path / "first", threads=1) == cold
    assert checksums(csv, tmp_path / "first", threads=2, methods=METHODS[::-1]) == cold
    for method in METHODS:  # alone, on one processor, with nothing cached
        alone = checksums(csv, tmp_path / method, threads=2, methods=(method,), processors={0})
        assert alone == {method: cold[method]}
