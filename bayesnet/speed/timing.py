"""Times of several things that are compared: taken in turns, so that what else a machine does meets all of them."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
from threadpoolctl import threadpool_limits


@contextmanager
def one_thread() -> Iterator[None]:
    """Let matrix products use one thread, as all that they are compared with does."""
    with threadpool_limits(1):
        yield


def in_turns(calls: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, np.ndarray]:
    """Seconds that each call took, `(repeat,)`, one call after the other; each is made once before, to be compiled."""
    for call in calls.values():
        call()
    taken = {name: np.empty(repeats) for name in calls}
    for repeat in range(repeats):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            taken[name][repeat] = time.perf_counter() - started
    return taken
