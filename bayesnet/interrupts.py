"""Ctrl-C around compiled code: numba swallows it there, or turns it into an error of its own."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def held_back_interrupts() -> Iterator[Callable[..., None]]:
    """Hold Ctrl-C back until it can be obeyed.

    Yields
    ------
    callable
        Raises KeyboardInterrupt if Ctrl-C was pressed meanwhile, and is called once more at the end. It ignores its
        arguments, so that it can be a callback. Outside the main thread, which no signal reaches, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda *_: None
        return
    pressed = threading.Event()

    def check(*_: object) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    previous = signal.signal(signal.SIGINT, lambda *_: pressed.set())
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, previous)
    check()


@contextmanager
def remembered_interrupts() -> Iterator[None]:
    """Let Ctrl-C through at once, and once more at the end should compiled code have swallowed or garbled it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed = threading.Event()

    def remember(*_: object) -> None:
        pressed.set()
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGINT, remember)
    try:
        yield
    except SystemError as error:
        if pressed.is_set():
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, previous)
    if pressed.is_set():
        raise KeyboardInterrupt
