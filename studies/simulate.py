"""The command `bayesnet simulate`: a catalogue of ruptures simulated by this project's solver."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from studies.ending import Stopped


def simulate(
    out: Annotated[Path, typer.Option(help="csv file to write; a json file with its provenance lands beside it")],
    rows: Annotated[int | None, typer.Option(help="simulations (default: 2000, or all of --from)", min=1)] = None,
    resolution: Annotated[float, typer.Option(help="grid spacing in metres: 50, or 100 for a quick look")] = 50.0,
    seed: Annotated[int, typer.Option(help="of the sampling and of the split", min=0, max=2**63 - 1)] = 1,
    workers: Annotated[int, typer.Option(help="processes", min=1)] = 1,
    law: Annotated[str, typer.Option(help="sampling law: ahamed2019, or a JSON file with fields of it")] = "ahamed2019",
    from_: Annotated[Path | None, typer.Option("--from", help="simulate the rows of this csv file instead")] = None,
) -> None:
    """Simulate a catalogue of ruptures. Stopped at any time, the same command goes on where it was."""
    # imported here: the solver sets an option of LLVM for the whole process, which would change the last digits of
    # everything else that numba compiles, and so the draws of a sampler
    from data.rupture.campaign.catalogue import read_rows, simulate_catalogue
    from data.rupture.campaign.law import Law

    source = Law.named(law) if from_ is None else read_rows(from_)
    count = rows or (2000 if from_ is None else len(source))
    console = Console(stderr=True)
    try:
        with _progress_bar(console) as progress:
            catalogue = simulate_catalogue(source, count, resolution, seed, out, workers, progress=progress)
    except KeyboardInterrupt as stop:
        raise Stopped(f"{out}.partial", stop) from None
    share = 100 * catalogue["label"].mean()
    print(
        f"{out}: {len(catalogue)} ruptures, {share:.1f} % break through; provenance in the json file beside it",
        file=sys.stderr,
    )


@contextmanager
def _progress_bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar once it is told how many of how many rows are finished."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console)

    def tell(finished: int, total: int) -> None:
        if not bar.tasks:
            bar.add_task("simulating", total=total)
            bar.start()
        bar.update(bar.task_ids[0], completed=finished)

    try:
        yield tell
    finally:
        if bar.tasks:
            bar.stop()
