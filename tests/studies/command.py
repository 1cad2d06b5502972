"""How tests call the command line."""

from studies.__main__ import main

REPORT = "studies.question.write_report"


def call(*words) -> int:
    """Exit code of `bayesnet WORDS`."""
    try:
        main([str(word) for word in words])
    except SystemExit as end:
        return end.code or 0
    return 0


def without(result, given):
    """Instead of a report: drawing one takes seconds, and others do it."""
    return result.folder
