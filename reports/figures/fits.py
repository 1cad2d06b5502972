"""Figures of the section on fits: did each method converge?"""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.stats import rankdata

from reports.marks import methods_in, of_method, panels
from reports.style import GREY, colour_of, label_of, styled

LIMITS = {"rhat": 1.01, "ess_bulk": 400, "ess_tail": 400}  # Vehtari et al. (2021)
DASHES = ("-", "--", "-.", ":")
TRACE_POINTS = 200


@styled
def elbo(traces: dict[str, xr.DataArray]) -> Figure:
    """ELBO of every restart of each variational fit, over all iterations and over the second half.

    Parameters
    ----------
    traces : dict of str to xarray.DataArray
        `elbo_trace (restart, iteration)` by method, drawn as means over a few hundred blocks of iterations.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = panels(2 * len(traces), columns=2, height=2.6)
    for method, left, right in zip(traces, axes[::2], axes[1::2], strict=True):
        blocks = _blocks(traces[method])
        late = blocks.isel(iteration=slice(blocks.sizes["iteration"] // 2, None))
        for panel, part in ((left, blocks), (right, late)):
            for place, restart in enumerate(part["restart"].values):
                panel.plot(
                    part["iteration"].values,
                    part.sel(restart=restart).values,
                    color=colour_of(method),
                    linestyle=DASHES[place % len(DASHES)],
                    linewidth=1.1,
                    label=f"restart {restart}",
                )
            panel.set(xlabel="iteration", ylabel="ELBO (nats)")
        left.set_title(label_of(method))
        right.set_title(f"{label_of(method)}, second half")
        left.legend(loc="lower right")
    return figure


def _blocks(trace: xr.DataArray) -> xr.DataArray:
    """Means over blocks of iterations: a single iteration's estimate is noise."""
    size = max(1, trace.sizes["iteration"] // TRACE_POINTS)
    return trace.coarsen(iteration=size, boundary="trim").mean()


@styled
def ranks(p: xr.DataArray, *, method: str, rhat: xr.DataArray, bins: int = 20) -> Figure:
    """Rank plots of the logit of given test rows: where each chain's draws stand among those of all chains.

    Parameters
    ----------
    p : xarray.DataArray
        Score of every draw, `(chain, draw, simulation)` of the rows to show; its ranks are those of the logit.
    method : str
    rhat : xarray.DataArray
        R-hat of these rows, `(simulation)`.
    bins : int

    Returns
    -------
    matplotlib.figure.Figure
        A panel a row, a strip a chain; the line in each strip is what a mixed chain has on average.
    """
    chains, draws = p.sizes["chain"], p.sizes["draw"]
    figure, axes = panels(p.sizes["simulation"], columns=2, height=0.9 + 0.32 * chains, sharex=True, sharey=True)
    edges = 0.5 + np.linspace(0, chains * draws, bins + 1)  # ranks start at 1
    for panel, row in zip(axes, p["simulation"].values, strict=True):
        values = p.sel(simulation=row).transpose("chain", "draw").values
        rank = rankdata(values, axis=None).reshape(values.shape)
        for place in range(chains):
            share = np.histogram(rank[place], edges)[0] / (draws / bins)  # 1 where mixed
            base = chains - 1 - place
            panel.bar(edges[:-1], 0.45 * share, np.diff(edges), base, align="edge", color=colour_of(method), alpha=0.6)
            panel.axhline(base + 0.45, color="#222222", linewidth=0.7, linestyle="--")
        panel.set_title(f"test row {row}, R-hat {float(rhat.sel(simulation=row)):.3f}")
        panel.set_yticks(np.arange(chains) + 0.3, [f"chain {chain}" for chain in p["chain"].values[::-1]])
        panel.grid(visible=False)
    figure.supxlabel(f"rank of the logit among the draws of all chains of {label_of(method)}", fontsize="medium")
    return figure


@styled
def energy(energies: dict[str, xr.DataArray]) -> Figure:
    """Energy of the draws about its mean beside its change from draw to draw, a panel a method.

    Parameters
    ----------
    energies : dict of str to xarray.DataArray
        `energy (chain, step)` by method, in nats, of every draw made: not thinned.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = panels(len(energies), columns=2, height=2.7, width=5.6 if len(energies) == 1 else 7.6)
    for panel, (method, values) in zip(axes, energies.items(), strict=True):
        values = values.transpose("chain", "step").values
        centred = (values - values.mean(axis=1, keepdims=True)).ravel()
        change = np.diff(values, axis=1).ravel()
        edges = np.linspace(*np.quantile(np.concatenate([centred, change]), [0, 1]), 50)
        panel.hist(centred, edges, density=True, color=colour_of(method), alpha=0.35)
        panel.hist(change, edges, density=True, histtype="step", color="#222222")
        panel.set(xlabel="energy (nats)", ylabel="density (1/nat)", title=label_of(method))
    about = Line2D([], [], color=GREY, linewidth=6, alpha=0.35, label="energy about its mean")
    change = Line2D([], [], color="#222222", linewidth=1, label="change from draw to draw")
    figure.legend(handles=[about, change], loc="outside upper left", ncols=2)
    return figure


@styled
def convergence(diagnostics: xr.Dataset) -> Figure:
    """Distribution over the test rows of R-hat and of bulk and tail ESS of the logit.

    Parameters
    ----------
    diagnostics : xarray.Dataset
        Group `diagnostics` of a comparison.

    Returns
    -------
    matplotlib.figure.Figure
        The dashed lines are the limits of convergence.
    """
    names = {"rhat": "R-hat (1)", "ess_bulk": "bulk-ESS (draws)", "ess_tail": "tail-ESS (draws)"}
    methods = methods_in(diagnostics["rhat"])
    figure, axes = panels(3, columns=3, height=2.4, sharey=True)
    for panel, (name, words) in zip(axes, names.items(), strict=True):
        for method in methods:
            values = of_method(diagnostics[name], method).values
            panel.hist(values, 30, color=colour_of(method), alpha=0.6, label=label_of(method))
        panel.axvline(LIMITS[name], color="#222222", linestyle="--", linewidth=1)
        panel.set_xlabel(words)
        panel.locator_params(axis="x", nbins=4)
    axes[0].set_ylabel("test rows")
    handles = [
        Line2D([], [], color=colour_of(method), linewidth=5, alpha=0.6, label=label_of(method)) for method in methods
    ]
    handles.append(Line2D([], [], color="#222222", linestyle="--", linewidth=1, label="limit"))
    figure.legend(handles=handles, loc="outside upper left", ncols=4)
    return figure
