"""How the command line ends: whatever goes wrong is one line on stderr and an exit code, never a traceback."""

import io
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, which has no such locks: there folders of killed processes stay
    fcntl = None

ALARM = getattr(signal, "SIGALRM", None)
TEMPORARY = "bayesnet-"
AGE = 3600  # seconds: what is younger may not be locked yet
PATIENCE = 3  # seconds until an interrupt is raised anew, should a library have swallowed it
KEPT = "what is finished is kept, the same command goes on from there"


class Stopped(Exception):
    """A command that was stopped by a signal, told in one line."""

    def __init__(self, where: str, stop: KeyboardInterrupt) -> None:
        """`where` the finished parts are, and the interrupt, which may carry the number of its signal."""
        super().__init__(f"interrupted; what is finished is kept in {where}, the same command goes on from there")
        self.exit_code = _code(stop)


@contextmanager
def in_one_line() -> Iterator[None]:
    """End the process in one line on stderr: exit code 2 for what is refused, 128 + its number for a signal.

    Ctrl-C and a request to terminate both raise KeyboardInterrupt, whose argument is the number of the signal; again
    and again until one arrives, since Python drops what is raised while it removes an object.
    """
    received: list[int] = []

    def stop(number: int, _: object) -> None:
        received.append(number)
        _alarm(PATIENCE)
        raise KeyboardInterrupt(number)

    def again(*_: object) -> None:
        raise KeyboardInterrupt(received[0])

    with _handling({signal.SIGINT: stop, signal.SIGTERM: stop, ALARM: again}):
        try:
            with _own_temporary_folder():
                yield
        except SystemExit:
            raise
        except BaseException as error:
            _alarm(0)
            if received and not isinstance(error, Stopped):  # libraries turn interrupts into errors of their own
                error = KeyboardInterrupt(received[0])
            line, code = _told(error)
            print(f"bayesnet: {line}", file=sys.stderr)
            # Python ends itself by SIGINT, whatever the exit code, where an interrupt left a text that `exec` ran (as
            # in making a dataclass) and no other text was run after it
            exec("")  # nosec B102
            sys.exit(code)


def _told(error: BaseException) -> tuple[str, int]:
    """The line and the exit code of what can go wrong in the hands of a user; other errors are ours and are raised."""
    from data.errors import InputError  # after the signals are handled

    if isinstance(error, Stopped):
        return str(error), error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return f"interrupted; {KEPT}", _code(error)
    if isinstance(error, InputError):
        return str(error), 2
    if isinstance(error, MemoryError):
        return f"out of memory ({error or 'nothing more could be had'}); {KEPT} once there is more", 2
    if isinstance(error, OSError):
        name = f"{error.filename}: " if error.filename else ""
        return f"{name}{error.strerror or error}; mend that or choose another path: {KEPT}", 2
    raise error


@contextmanager
def _own_temporary_folder() -> Iterator[None]:
    """Compilers leave a hundred small files in the temporary folder: give them one that goes with this process.

    One that a killed process left is known by its lock, which ended with the process.
    """
    for old in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
        with suppress(OSError):  # locked, or of another user, or gone
            if fcntl is not None and time.time() - old.stat().st_mtime > AGE:
                with _locked(old):
                    shutil.rmtree(old)
    with (
        tempfile.TemporaryDirectory(prefix=TEMPORARY, ignore_cleanup_errors=True) as folder,
        _locked(Path(folder)),
    ):
        before, tempfile.tempdir = tempfile.tempdir, folder
        try:
            yield
        finally:
            tempfile.tempdir = before


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; an OSError where another process does."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _alarm(seconds: float) -> None:
    """Raise the signal of an alarm every so many seconds; 0 for no more. Nothing on Windows, which has none."""
    if ALARM is not None:
        signal.setitimer(signal.ITIMER_REAL, seconds, seconds)


def _code(stop: KeyboardInterrupt) -> int:
    return 128 + (stop.args[0] if stop.args and isinstance(stop.args[0], int) else signal.SIGINT)


@contextmanager
def _handling(handlers: dict[int | None, Callable]) -> Iterator[None]:
    """Give signals to their handlers; and let no character end the program that a terminal lacks."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    previous = {number: signal.signal(number, handler) for number, handler in handlers.items() if number is not None}
    try:
        yield
    finally:
        _alarm(0)
        for number, handler in previous.items():
            signal.signal(number, handler)
