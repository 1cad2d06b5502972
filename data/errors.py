"""The error that means: the input is wrong, and here is what to do about it; for stored files one of its own."""


class InputError(ValueError):
    """Bad input from the user, told in one line.

    The message says what was expected, what came, and what to do. The command line prints it without a traceback and
    ends with exit code 2.
    """


class DamagedError(InputError):
    """A stored file that is not as it was written."""

    def __init__(self, path: object) -> None:
        """`path` of the file."""
        super().__init__(f"{path} must be as it was stored, got a file that does not match its checksum")
