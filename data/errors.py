"""The one error that means: the input is wrong, and here is what to do about it."""


class InputError(ValueError):
    """Bad input from the user, told in one line.

    The message says what was expected, what came, and what to do. The command line prints it without a traceback and
    ends with exit code 2.
    """
