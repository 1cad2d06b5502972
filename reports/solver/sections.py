"""The sections on the rupture solver: each a function from the stored evidence to a `Section`."""

import json
from collections.abc import Callable

import numpy as np
import xarray as xr

from data.rupture.verification.checks import fastest
from reports.content import Image, Section, Table, pairs_table
from reports.figures import rupture as figures
from reports.style import CLASS_NAMES, with_unit
from reports.html import data_uri, image
from reports.sections.provenance import command_of, commit_of, files_table
from reports.solver.evidence import Evidence
from reports.solver.verdict import label_words, verdict
from reports.words import ABSENT, count, duration, fixed, listed, number


def operators(evidence: Evidence) -> Section:
    """The difference operator."""
    piece = evidence.pieces["operators"]
    source = evidence.csv("operators")
    cells = tuple(
        (str(nodes), *(number(float(one[name])) for name in ("sbp_residual", "inner", "edge", "norm")))
        for nodes, one in ((int(nodes), piece.sel(nodes=nodes)) for nodes in piece["nodes"].values)
    )
    header = ("nodes", "SBP residual", "error inside", "error at the edges", "error in the SBP norm")
    return Section(
        "Operators",
        "operators",
        paragraphs=(
            "The first derivative is fourth-order inside and second-order in the four rows at each edge. Summation by "
            "parts, Q + Qᵀ = diag(-1, 0, …, 0, 1), repeats integration by parts on the grid, and with it the energy "
            "estimate; the residual is the largest entry of the difference, which may only be rounding.",
        ),
        tables=(Table("Derivative of sin 2πx on [0, 1]", header, cells, source=source),),
        images=(
            image(
                figures.operator_errors(piece),
                "operator_errors",
                "Errors of the derivative",
                "Largest error inside and at the edges, and error in the SBP norm, under refinement; the dashed grey "
                "lines, each through the last point, fall with the order that theory gives.",
                "Three lines of error against nodes, each beside its dashed line of theoretical order.",
                source=source,
            ),
        ),
    )


def exact(evidence: Evidence) -> Section:
    """Energy that may not grow, and exact solutions."""
    energy, piece = evidence.pieces["energy"], evidence.pieces["exact"]
    steps = energy.sizes["step"] - 1
    return Section(
        "Energy and exact solutions",
        "exact",
        paragraphs=(
            "Around a locked fault with a bump steeper than any of the catalogue, random noise on every node must lose "
            f"energy in each of {steps} time steps: nothing feeds it, and waves leave through the outer faces.",
            "A plane P pulse crosses a curved, locked fault as if nothing were there, which tests the sheared mesh "
            "and the coupling of the blocks. A planar fault that slips everywhere at once sends out two plane S waves, "
            "and its slip has a closed form: exponential while it weakens, linear after.",
        ),
        tables=(_pulse_table(evidence),),
        images=(
            image(
                figures.locked_energy(energy),
                "locked_energy",
                "Energy of noise around a locked bump",
                f"{energy.sizes['noise']} draws of noise at each CFL number. Left the energy, right what a time step "
                "takes from it; a gain could not be drawn on the logarithmic axis, and the check counts it.",
                "Curves of energy against time, and of the loss in each time step, on logarithmic axes.",
                source=evidence.csv("energy"),
                dense=True,
            ),
            image(
                figures.exact_solutions(piece),
                "exact_solutions",
                "Exact solutions",
                "Left the error of a plane pulse through a locked bump under refinement, by direction of travel from "
                "the fault; the dashed line falls with the third power. Right the slip of a fault that slips "
                "everywhere at once, beside the exact one.",
                "Left lines of error against grid spacing, one a direction; right computed slip and the exact curve.",
                source=evidence.csv("pulse"),
            ),
        ),
    )


def _pulse_table(evidence: Evidence) -> Table:
    piece = evidence.pieces["exact"]
    cells = []
    for angle in piece["angle"].values:
        one = piece.sel(angle=angle)
        errors = [number(float(error)) for error in one["pulse_error"].values]
        cells.append((figures.degrees(float(angle)), *errors, fixed(float(one["pulse_order"][-1]), 2)))
    spacings = [f"error at {1e3 * spacing:g} m (m/s)" for spacing in piece["spacing"].values]
    header = ("direction of the pulse", *spacings, "last order")
    return Table("Plane pulse through a locked bump", header, tuple(cells), source=evidence.csv("pulse"))


def tpv205(evidence: Evidence) -> Section:
    """The planar benchmark."""
    piece = evidence.pieces["tpv205"]
    finest = f"{piece['resolution'].values[-1]:g} m"
    near, far = piece.attrs["spreading"]
    return Section(
        "TPV205",
        "tpv205",
        paragraphs=(
            "SCEC TPV205 along its strike in two dimensions (Harris et al. 2009): a planar fault, "
            "broken from its middle. The spacing is that along the fault and of the rows next to it; rows far "
            "away stay wide. No curve of another code is at hand in two dimensions, so the grids are held against each "
            "other.",
        ),
        tables=(_arrival_table(evidence), _mirror_table(piece)),
        images=(
            image(
                figures.front_arrivals(piece),
                "front_arrivals",
                "Rupture front under refinement",
                f"How much later than on the grid of {finest} the front arrives, left along the fault and right at "
                "the stations; the dashed line falls with the spacing. Zigzags go from node to node of a coarse grid.",
                "Left curves of delay against place, one a grid. Right delays at "
                f"{piece.sizes['station']} stations against grid spacing.",
                source=evidence.csv("fronts"),
            ),
            image(
                figures.front_speeds(piece, evidence.pieces["ruptures"]),
                "front_speeds",
                "Speed of the front",
                f"Over windows of 1 km. Left TPV205 on the grid of {finest}, from {near:g} to {far:g} km on either "
                "side; right the two examples with a barrier. Rayleigh waves are the limit of a shear rupture that "
                "stays below the S waves.",
                "Curves of front speed against place, and lines at the speeds of S and Rayleigh waves.",
                source=evidence.csv("fronts"),
            ),
        ),
    )


def _arrival_table(evidence: Evidence) -> Table:
    piece = evidence.pieces["tpv205"]
    stations = piece["station"].values
    change = 1e3 * piece["arrival"].diff("resolution").reindex(resolution=piece["resolution"])
    cells = []
    for resolution in piece["resolution"].values:
        one, moved = piece.sel(resolution=resolution), change.sel(resolution=resolution)
        times = [cell for pair in zip(one["arrival"].values, moved.values, strict=True) for cell in pair]
        shown = [fixed(float(value), 3 if place % 2 == 0 else 1) for place, value in enumerate(times)]
        cells.append((f"{resolution:g} m", *shown, number(float(one["fastest"]))))
    arrivals = [word for x in stations for word in (f"arrival at {x:g} km (s)", "change (ms)")]
    header = ("grid spacing", *arrivals, "fastest front (km/s)")
    return Table("Arrival of the front", header, tuple(cells), source=evidence.csv("arrivals"))


def _mirror_table(piece: xr.Dataset) -> Table:
    words = {"slip": "slip, left and right", "vx": "vx, above and below", "vy": "vy, above and below"}
    cells = tuple((words[str(name)], number(float(piece["asymmetry"].sel(quantity=name)))) for name in words)
    note = "In double precision, over the largest value."
    return Table("Mirror symmetry", ("", "largest difference"), cells, note)


def barrier(evidence: Evidence) -> Section:
    """The limit of no barrier."""
    piece = evidence.pieces["barrier"]
    cells = tuple(
        (f"{1e3 * height:g} m", number(float(difference)), fixed(float(exponent), 2))
        for height, difference, exponent in zip(
            piece["height"].values, piece["slip_difference"].values, piece["exponent"].values, strict=True
        )
    )
    header = ("height", "difference of slip", "power of the height")
    return Section(
        "Barrier",
        "barrier",
        paragraphs=(
            "The example that breaks through (next section), its barrier lowered step by step: after "
            f"{number(piece.attrs['time'], 2)} s slip must tend to that of a planar fault, in proportion to the "
            "height.",
            f"Among {evidence.pieces['labels'].sizes['remade']} ruptures of the catalogue and the two examples the "
            f"fastest front ran {number(fastest(evidence.pieces))} km/s; Rayleigh waves run "
            f"{number(evidence.pieces['tpv205'].attrs['rayleigh_speed'])} km/s.",
        ),
        tables=(Table("Lowering the barrier", header, cells, source=evidence.csv("barrier")),),
        images=(
            image(
                figures.barrier_limit(piece),
                "barrier_limit",
                "Towards a planar fault",
                "Largest difference of slip from that of a planar fault, over the largest slip, as the barrier is "
                "lowered; the dashed line, through the lowest barrier, is proportional to the height.",
                "A line of slip difference against height, beside a dashed line of proportionality.",
                source=evidence.csv("barrier"),
            ),
        ),
    )


def ruptures(evidence: Evidence) -> Section:
    """One rupture that breaks through and one that arrests."""
    piece = evidence.pieces["ruptures"]
    times = listed([f"{time:.1f}" for time in figures.still_times(piece)])
    moving = Section(
        "Animation",
        "animation",
        paragraphs=("Not shown on paper, nor where less motion is asked for; the frames above show the same.",),
        images=(_animation(piece),),
    )
    return Section(
        "Ruptures",
        "ruptures",
        paragraphs=(
            "Of the embedded catalogue, the rupture that arrests in spite of the largest stress drop "
            "sxy - mu_d |syy|; and the one nearest to it in stress and friction that breaks through a barrier at least "
            f"{1e3 * piece.attrs['shown_height']:.0f} m high. Both start at "
            f"x = {fixed(piece.attrs['nucleation_x'], 0)} km; the barrier lies at x = 0, and its left flank restrains.",
        ),
        tables=(_example_table(evidence),),
        images=(
            image(
                figures.slip_rates(piece),
                "slip_rates",
                "Slip rate against place and time",
                f"{_named(piece)}. The black line is the front, where a node first breaks; dotted lines stand two "
                "standard deviations from the top of the barrier; white is slower than 0.01 m/s.",
                "Two panels of slip rate against place and time. Left the front crosses the barrier and runs on, right "
                "it stops before the top of the barrier and slip dies out.",
                source=evidence.csv("example_fronts"),
                dense=True,
            ),
            image(
                figures.wave_frames(piece),
                "wave_frames",
                "Wave field",
                f"Velocity along the fault at {times} s; the colours are linear below 0.1 m/s and logarithmic above, "
                "so that faint waves are seen. The black line is the fault, to scale. Stripes as fine as the grid are "
                "numerical.",
                f"Velocity at {len(figures.still_times(piece))} times, a column a rupture. Left two lobes of motion "
                "run with the rupture tip past the barrier; right the tip stops there and the waves fade.",
                dense=True,
            ),
        ),
        details=(moving,),
    )


def _named(piece: xr.Dataset) -> str:
    """Which rows are shown, and what is particular to them."""
    said = []
    for name in piece["rupture"].values:
        one = piece.sel(rupture=name)
        height, width = (float(one["parameters"].sel(parameter=which)) for which in ("height", "width"))
        said.append(f"{name}: row {int(one['catalogue_row'])}, barrier {1e3 * height:.0f} m high, {width:.2f} km wide")
    return "; ".join(said).capitalize()


def _animation(piece: xr.Dataset) -> Image:
    content, width, height = figures.animation(piece)
    return Image(
        "animation",
        "Two ruptures as they run",
        data_uri("image/webp", content),
        f"{_named(piece)}. Above the slip rate along the fault, below the velocity along the fault, in the colours of "
        f"the frames; it loops and is {figures.SLOWER:g} times slower than the ruptures.",
        "Moving picture of slip rate and wave field of both ruptures: one peak of slip rate runs past the barrier, the "
        "other one stops before it.",
        width,
        height,
        moving=True,
    )


def _example_table(evidence: Evidence) -> Table:
    piece = evidence.pieces["ruptures"]
    names = [str(name) for name in piece["rupture"].values]
    rows = [("row of the catalogue", *(count(float(row)) for row in piece["catalogue_row"].values))]
    for parameter, unit in zip(piece["parameter"].values, piece["unit"].values, strict=True):
        values = piece["parameters"].sel(parameter=parameter).values
        rows.append((with_unit(str(parameter), str(unit)), *(number(float(value), 4) for value in values)))
    rows.append(("fastest front (km/s)", *(number(float(value)) for value in piece["fastest"].values)))
    rows.append(("largest slip rate (m/s)", *(number(float(v)) for v in piece["slip_rate"].max(("time", "x")).values)))
    return Table("The two ruptures", ("", *names), tuple(rows), source=evidence.csv("examples"))


def labels(evidence: Evidence) -> Section:
    """Labels on another grid."""
    piece = evidence.pieces["labels"]
    coarse, own = (f"{value:g} m" for value in piece["resolution"].values[:2])
    refused = int(np.isnan(piece["coarse_label"]).sum())
    words = [
        f"{label_words(evidence)} The rows were drawn at random.",
        f"{count(piece.sizes['remade'])} of them were simulated again on the grid of {own} too: "
        f"{count(_made_again(piece))} got the stored label.",
    ]
    if refused:
        words.append(f"{refused} were refused on the coarser grid, whose spacing exceeds their process zone.")
    if piece.sizes["differing"]:
        words.append(_changed_words(piece))
    return Section(
        "Labels",
        "labels",
        paragraphs=tuple(words),
        tables=_changed_table(evidence),
        images=(
            image(
                figures.label_map(piece),
                "label_map",
                "Where labels change",
                f"All rows simulated again, by stress drop and height of the barrier, in the colour of their stored "
                f"label; rings mark labels that changed on the grid of {coarse}.",
                f"Dots by stress drop and barrier height; {piece.sizes['differing']} of them ringed.",
                source=evidence.csv("labels"),
            ),
        ),
    )


def _made_again(piece: xr.Dataset) -> int:
    return int((piece["remade_label"].values == piece["label"].sel(row=piece["remade"].values).values).sum())


def _changed_words(piece: xr.Dataset) -> str:
    """Who is right about the rows that change, and how far their fronts got."""
    coarse, _, fine = (f"{value:g} m" for value in piece["resolution"].values)
    stored = piece["label"].sel(row=piece["differing"].values).values
    confirmed = int((piece["differing_label"].isel(resolution=-1).values == stored).sum())
    tips = piece["differing_tip"].isel(resolution=0)
    return (
        f"On a grid of {fine}, {confirmed} of the {piece.sizes['differing']} rows that change have their stored label. "
        f"On that of {coarse} their fronts got to between x = {fixed(float(tips.min()), 2)} and "
        f"{fixed(float(tips.max()), 2)} km; the barrier lies at x = 0."
    )


def _changed_table(evidence: Evidence) -> tuple[Table, ...]:
    piece = evidence.pieces["labels"]
    if not piece.sizes["differing"]:
        return ()
    drop = dict(zip(piece["row"].values.tolist(), figures.drops(piece).tolist(), strict=True))
    cells = []
    for row in piece["differing"].values:
        one = piece.sel(differing=row)
        columns = (one[f"differing_{name}"].values for name in ("label", "tip", "crossing"))
        ends = [f"{_class(label)}, {_reached(tip, crossing)}" for label, tip, crossing in zip(*columns, strict=True)]
        cells.append((str(row), number(drop[int(row)]), *ends))
    header = ("row", "stress drop (MPa)", *(f"at {value:g} m" for value in piece["resolution"].values))
    note = (
        f"Label 1 if the front passes x = {piece.attrs['crossing']:g} km within {piece.attrs['duration']:g} s; else it "
        "is told how far it got."
    )
    return (Table("Labels that changed", header, tuple(cells), note, evidence.csv("labels_changed")),)


def _class(label: float) -> str:
    return CLASS_NAMES[int(label)] if np.isfinite(label) else ABSENT


def _reached(tip: float, crossing: float) -> str:
    """When a front crossed, or how far it got."""
    if np.isfinite(crossing):
        return f"crossed after {fixed(float(crossing), 2)} s"
    return f"got to {fixed(float(tip), 2)} km"


def speed(evidence: Evidence) -> Section:
    """What a simulation costs."""
    piece = evidence.pieces["speed"]
    cells = tuple(
        (
            f"{float(one.resolution):g} m",
            count(float(one["nodes"])),
            *(fixed(float(one[name]), 2) for name in ("solver", "copy")),
            number(float(one["ratio"]), 2),
            number(float(one["second"]), 2),
        )
        for one in (piece.isel(resolution=place) for place in range(piece.sizes["resolution"]))
    )
    header = ("grid spacing", "nodes", "ns a node-stage", "ns a copy", "ratio", "s for a simulated second")
    note = (
        "The shortest of some timings of one thread; the copy moves state and register of the same mesh, each read and "
        "written once. A busy machine slows both, the solver more."
    )
    return Section(
        "Speed",
        "speed",
        paragraphs=(
            "A node-stage is one node through one of the five stages of a time step. Its ratio to a plain copy of the "
            "same arrays, timed in the same run, says how far the solver is from what memory allows.",
        ),
        tables=(Table("Cost", header, cells, note, evidence.csv("speed")),),
    )


def provenance(evidence: Evidence) -> Section:
    """Command, pieces, settings, versions and files."""
    first = next(iter(evidence.pieces.values())).attrs
    settings = [(key, json.dumps(value, ensure_ascii=False)) for key, value in evidence.study.items()]
    versions = list(json.loads(first.get("versions", "{}")).items())
    return Section(
        "Provenance",
        "provenance",
        paragraphs=("The study is made again by:",),
        code=command_of(evidence.study),
        tables=(_piece_table(evidence), files_table(evidence.files, evidence.folder)),
        details=tuple(
            Section(title, anchor, tables=(pairs_table(title, pairs),))
            for title, anchor, pairs in (
                ("Settings of the study", "study-settings", settings),
                ("Versions of the libraries", "versions", versions),
            )
        ),
    )


def _piece_table(evidence: Evidence) -> Table:
    cells = tuple(
        (
            name,
            duration(float(piece.attrs.get("seconds", np.nan))),
            *(str(piece.attrs.get(key, ABSENT)) for key in ("created", "settings")),
            commit_of(piece.attrs),
        )
        for name, piece in evidence.pieces.items()
    )
    total = sum(float(piece.attrs.get("seconds", np.nan)) for piece in evidence.pieces.values())
    note = f"Together {duration(total)}."
    return Table("Pieces", ("piece", "time", "made", "settings", "commit"), cells, note)


SECTIONS: tuple[Callable[[Evidence], Section], ...] = (
    verdict,
    operators,
    exact,
    tpv205,
    barrier,
    ruptures,
    labels,
    speed,
    provenance,
)
