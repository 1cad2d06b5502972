"""Ctrl-C and requests to terminate around compiled code: numba swallows them there, or raises an error of its own."""

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
    received: list[int] = []

    def check(*_: object) -> None:
        if received:
            raise KeyboardInterrupt(received[0])

    with _handling(lambda number, _: received.append(number)):
        yield check
    check()


@contextmanager
def remembered_interrupts() -> Iterator[None]:
    """Let Ctrl-C through at once, and once more at the end should compiled code have swallowed or garbled it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def remember(number: int, _: object) -> None:
        received.append(number)
        raise KeyboardInterrupt(number)

    with _handling(remember):
        try:
            yield
        except SystemError as error:
            if received:
                raise KeyboardInterrupt(received[0]) from error
            raise
    if received:
        raise KeyboardInterrupt(received[0])


@contextmanager
def _handling(handler: Callable[[int, object], None]) -> Iterator[None]:
    """Give signals to a handler: Ctrl-C, and a request to terminate where the program has a handler of its own."""
    terminates = signal.getsignal(signal.SIGTERM) not in (signal.SIG_DFL, signal.SIG_IGN, None)
    numbers = (signal.SIGINT, signal.SIGTERM) if terminates else (signal.SIGINT,)
    previous = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, before in previous.items():
            signal.signal(number, before)
