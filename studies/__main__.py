"""The command line: `bayesnet`, or `python -m studies`."""

from studies.ending import in_one_line


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; bad input is one line on stderr and exit code 2."""
    with in_one_line():
        from studies.commands import run  # here, where an interrupt while importing ends in one line too

        run(arguments)


if __name__ == "__main__":
    main()
