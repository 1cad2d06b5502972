"""How a narrow screen stacks the panels of a figure: which rectangles of it stand below each other."""

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from reports.style import style

Piece = tuple[float, float, float, float]  # left, top, width, height in shares of the figure
MARGIN = 3.0  # pixels of the figure about each piece
LETTER = 5.0  # half the height of a label


def pieces_of(figure: Figure) -> tuple[tuple[Piece, ...], ...]:
    """Legend, panels, common labels and colour bars of a drawn figure; empty where its panels stand in one column.

    Returns
    -------
    tuple of tuple
        For each thing to be stacked one piece, or two side by side: the labels that it shares with its neighbours, and
        itself.
    """
    panels = [axes for axes in figure.axes if axes.axison and axes.get_subplotspec() is not None]
    if len({axes.get_subplotspec().colspan.start for axes in panels}) < 2:
        return ()
    bars = [axes for axes in figure.axes if axes.get_subplotspec() is None]
    with style():
        pen = FigureCanvasAgg(figure).get_renderer()  # texts would remember the one that they were last drawn with
        boxes = [
            *([legend.get_window_extent(pen)] for legend in figure.legends),
            *(_with_labels(some, panels, pen) for some in _stacks(panels)),
            *([text.get_window_extent(pen)] for text in figure.texts),
            *([bar.get_tightbbox(pen)] for bar in bars),
        ]
    return tuple(tuple(_shares(box, figure.bbox) for box in side_by_side) for side_by_side in boxes)


def _stacks(panels: list[Axes]) -> list[list[Axes]]:
    """Panels that stay together: each, or where only the lowest of a column has the labels of x, that column."""
    columns: dict[int, list[Axes]] = {}
    for axes in panels:
        columns.setdefault(axes.get_subplotspec().colspan.start, []).append(axes)
    if any(_hides(axes, "x") for axes in panels):
        return list(columns.values())
    return [[axes] for axes in panels]


def _with_labels(some: list[Axes], panels: list[Axes], pen: RendererAgg) -> list[Bbox]:
    """The box of some panels, after that of the labels of y that the first panel of their row has for all."""
    own = Bbox.union([axes.get_tightbbox(pen) for axes in some])
    row = some[0].get_subplotspec().rowspan.start
    first = next(axes for axes in panels if axes.get_subplotspec().rowspan.start == row)
    if first is some[0] or not _hides(some[0], "y"):
        return [own]
    left, frame = first.get_tightbbox(pen).x0, first.get_window_extent(pen)
    below = some[-1].get_window_extent(pen).y0 - LETTER  # there the labels of x begin, of a neighbour
    return [Bbox.from_extents(left, below, frame.x0, own.y1), own]


def _hides(axes: Axes, which: str) -> bool:
    """Whether a panel leaves the labels of an axis to the panel that it shares the axis with."""
    axis, side = (axes.xaxis, "labelbottom") if which == "x" else (axes.yaxis, "labelleft")
    return not axis.get_tick_params().get(side, True)


def _shares(box: Bbox, whole: Bbox) -> Piece:
    """A box in pixels from below as shares of the figure from above, a little larger, within the figure."""
    x0, x1 = max(box.x0 - MARGIN, 0), min(box.x1 + MARGIN, whole.width)
    y0, y1 = max(box.y0 - MARGIN, 0), min(box.y1 + MARGIN, whole.height)
    found = x0 / whole.width, 1 - y1 / whole.height, (x1 - x0) / whole.width, (y1 - y0) / whole.height
    return tuple(round(float(one), 4) for one in found)
