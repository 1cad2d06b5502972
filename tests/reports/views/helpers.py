"""What tests of several views share: smaller results, and what stands on a figure."""

from dataclasses import replace

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from bayesnet.contract import Result
from reports.style import colour_of
from reports.view import View


def subset(result: Result, *methods: str) -> Result:
    """A run as it would be with these methods only, the last of which is the reference."""
    kept = {}
    for name, part in result.parts.children.items():
        part = part.to_dataset()
        if "method" in part.dims:
            part = part.sel({"method": [method for method in methods if method in part["method"].values]})
        if name == "agreement":  # the reference does not agree with itself
            part = part.drop_sel({"method": [methods[-1]]}, errors="ignore")
        missing = part.sizes.get("method") == 0 or (name == "ceiling" and methods[-1] != "nuts")
        if not missing:
            kept[name] = part.assign_attrs(part.attrs | {"reference": methods[-1]})
    parts = xr.DataTree.from_dict(kept)
    parts.attrs = result.parts.attrs | {"reference": methods[-1]}
    return replace(result, parts=parts, fits={name: fit for name, fit in result.fits.items() if name in methods})


def with_part(result: Result, name: str, part: xr.Dataset | None) -> Result:
    """The result with another part of that name, or without it."""
    kept = {key: one.to_dataset() for key, one in result.parts.children.items() if key != name}
    parts = xr.DataTree.from_dict(kept if part is None else kept | {name: part})
    parts.attrs = result.parts.attrs
    return replace(result, parts=parts)


def checked(view: View, result: Result, *states: str) -> dict[str, str]:
    """What a view's checks of these states found, by the name of the check."""
    return {check.name: check.said for check in view.checks(result) if check.state in states}


def by_colour(axes: Axes, method: str) -> list[Line2D]:
    """The lines that a panel has in a method's colour."""
    return [line for line in axes.get_lines() if to_hex(line.get_color()) == colour_of(method).lower()]


def written(figure: Figure) -> str:
    """All that is written on a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(Text))
