"""What an audit reports: one finding, with its evidence and a suggested mend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Finding:
    """One thing that an audit found in a catalogue.

    Attributes
    ----------
    kind : str
        What was found, for instance `"misaligned_labels"`.
    severity : str
        `"error"`: results from this catalogue would mislead; `"warning"`: look before use; `"info"`: good to know.
    message : str
        The evidence, in words and numbers.
    suggestion : str
        What to do about it.
    details : mapping of str
        Particulars for programs: `first_row`, `last_row`, `shift`, `columns`, ... Rows are counted from 0 in the order
        of the catalogue, its own `simulation` numbers where rows were left out.
    """

    kind: str
    severity: str
    message: str
    suggestion: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            raise ValueError(f"severity must be one of {SEVERITIES}, got {self.severity!r}")

    def to_dict(self) -> dict[str, Any]:
        """All of the finding in one flat dictionary of plain Python values, ready for JSON."""
        particulars = {name: _plain(value) for name, value in self.details.items()}
        return {
            "kind": self.kind,
            "severity": self.severity,
            **particulars,
            "message": self.message,
            "suggestion": self.suggestion,
        }


def by_severity(findings: list[Finding]) -> list[Finding]:
    """The findings, errors first; the order among equals is kept."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def _plain(value: Any) -> Any:
    """NumPy scalars, arrays and tuples as numbers and lists; a float that JSON cannot hold becomes its name."""
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value
