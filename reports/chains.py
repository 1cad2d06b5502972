"""Figures of convergence: ELBO traces, rank plots, energies, and R-hat and ESS of what chains must agree on."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.stats import rankdata

from bayesnet.diagnostics import ESS, RHAT
from reports.marks import methods_in, of_method, panels
from reports.style import GREY, WIDTH, colour_of, label_of, styled

LIMITS = {"rhat": RHAT, "ess_bulk": ESS, "ess_tail": ESS}
ROWS = ("simulation", "row")  # dimensions of test rows, where chains must agree on predictions
DASHES = ("-", "--", "-.", ":")
TRACE_POINTS = 200


@styled
def elbo(traces: dict[str, xr.DataArray]) -> Figure:
    """ELBO of every restart of each variational fit, over all iterations and over the second half.

    Parameters
    ----------
    traces : dict of str to xarray.DataArray
        `elbo_trace (restart, iteration)` by method, drawn as means over a few hundred blocks of iterations.
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
def ranks(draws: xr.DataArray, *, method: str, rhat: xr.DataArray, bins: int = 20) -> Figure:
    """Rank plots: where each chain's draws of a quantity stand among those of all chains.

    Parameters
    ----------
    draws : xarray.DataArray
        Draws of the quantities to show, `(chain, draw, <one more dimension>)`.
    method : str
    rhat : xarray.DataArray
        R-hat of these quantities, along that dimension.
    bins : int

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each quantity, one strip for each chain; the line in each strip is what a mixed chain has on
        average.
    """
    (dim,) = rhat.dims
    chains = [f"chain {chain}" for chain in draws["chain"].values]
    shares = [_rank_shares(draws.sel({dim: item}), bins) for item in draws[dim].values]
    scale = min(0.45, 0.95 / np.max(shares))  # no bar reaches the strip above
    size = {"columns": 2, "height": 0.9 + 0.32 * len(chains)}
    figure, axes = panels(len(shares), **size, sharex=True, sharey=True)
    edges = _rank_edges(draws, bins)
    for panel, item, share in zip(axes, draws[dim].values, shares, strict=True):
        for base, of_chain in enumerate(share[::-1]):  # the first chain on top
            bars = scale * of_chain
            panel.bar(edges[:-1], bars, np.diff(edges), base, align="edge", color=colour_of(method), alpha=0.6)
            panel.axhline(base + scale, color="#222222", linewidth=0.7, linestyle="--")
        panel.set_title(f"{'test row' if dim in ROWS else dim} {item}, R-hat {float(rhat.sel({dim: item})):.3f}")
        panel.set_yticks(np.arange(len(chains)) + 0.3, chains[::-1])
        panel.grid(visible=False)
    figure.supxlabel(f"rank among the draws of all chains of {label_of(method)}", fontsize="medium")
    return figure


def _rank_edges(draws: xr.DataArray, bins: int) -> np.ndarray:
    return 0.5 + np.linspace(0, draws.sizes["chain"] * draws.sizes["draw"], bins + 1)  # ranks start at 1


def _rank_shares(draws: xr.DataArray, bins: int) -> np.ndarray:
    """Draws of each chain in each bin of the ranks over those of a mixed chain, `(chain, bin)`."""
    values = draws.transpose("chain", "draw").values
    rank = rankdata(values, axis=None).reshape(values.shape)
    counts = [np.histogram(of_chain, _rank_edges(draws, bins))[0] for of_chain in rank]
    return np.array(counts) / (values.shape[1] / bins)


@styled
def energy(energies: dict[str, xr.DataArray]) -> Figure:
    """Energy of the draws about its mean beside its change from draw to draw, one panel per method.

    Parameters
    ----------
    energies : dict of str to xarray.DataArray
        `energy (chain, step)` by method, in nats, of every draw made: not thinned.
    """
    figure, axes = panels(len(energies), columns=2, height=2.7, width=5.6 if len(energies) == 1 else WIDTH)
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
def convergence(diagnostics: xr.Dataset, things: str) -> Figure:
    """Distribution of R-hat and of bulk and tail ESS over what chains must agree on; dashed are the limits.

    Parameters
    ----------
    diagnostics : xarray.Dataset
        The part `diagnostics`.
    things : str
        What is counted, for the axis.
    """
    names = {"rhat": "R-hat (1)", "ess_bulk": "bulk-ESS (draws)", "ess_tail": "tail-ESS (draws)"}
    methods = methods_in(diagnostics["rhat"])
    figure, axes = panels(3, columns=3, height=2.4, sharey=True)
    for panel, (name, words) in zip(axes, names.items(), strict=True):
        for method in methods:
            panel.hist(of_method(diagnostics[name], method).values, 30, color=colour_of(method), alpha=0.6)
        panel.axvline(LIMITS[name], color="#222222", linestyle="--", linewidth=1)
        panel.set_xlabel(words)
        panel.locator_params(axis="x", nbins=4)
    axes[0].set_ylabel(things)
    handles = [
        Line2D([], [], color=colour_of(method), linewidth=5, alpha=0.6, label=label_of(method)) for method in methods
    ]
    handles.append(Line2D([], [], color="#222222", linestyle="--", linewidth=1, label="limit"))
    figure.legend(handles=handles, loc="outside upper left", ncols=4)
    return figure
