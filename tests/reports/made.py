"""Results of a run made by hand: random weights about a centre, so that nothing needs fitting."""

import json

import numpy as np
import pytest
import xarray as xr

import bayesnet
from bayesnet.contract import Part, Result
from bayesnet.problems.network.draws import DIMS
from data import make_catalogue
from studies.study import Study

SIZES = {"mlp": (1, 1), "advi": (1, 20), "nuts": (4, 10)}  # chains, draws


def made_result(methods, *, names=("height", "sxy", "mu_d"), unit="MPa", hidden=3, compared=True) -> Result:
    """Results whose fits scatter about one set of weights, with what each method stores; parts where `compared`."""
    rng = np.random.default_rng(5)
    features = rng.normal(3, 2, size=(80, len(names)))
    catalogue = make_catalogue(
        name="made",
        features=features,
        label=features[:, 0] + rng.normal(0, 1.5, 80) > 3,
        split=np.repeat(["train", "test"], 40),
        feature_names=list(names),
        units=[unit] * len(names),
    )
    shapes = {"w0": (len(names), hidden), "b0": (hidden,), "w1": (hidden,), "b1": ()}
    small = 1 / np.sqrt(len(names) * hidden)  # no score saturates, however wide the network
    centre = {name: 3 * small * rng.normal(size=shape) for name, shape in shapes.items()}
    made = {method: _made_fit(catalogue, centre, small, *SIZES.get(method, (1, 20)), rng) for method in methods}
    if "advi" in made:
        trace = -100 + rng.normal(size=(2, 600))
        made["advi"]["fit_stats"] = xr.DataTree(
            xr.Dataset(
                {"elbo_trace": (("restart", "iteration"), trace)}, {"restart": [0, 1], "iteration": np.arange(600)}
            )
        )
    if "nuts" in made:
        made["nuts"]["fit_stats"] = xr.DataTree(xr.Dataset({"energy": (("chain", "step"), rng.normal(50, 3, (4, 10)))}))
    study = Study("made", "Is it drawn?", data="made").described() | {"methods": list(made)}
    return Result(study, _compared(made, catalogue) if compared else xr.DataTree(), made, catalogue, [])


def _made_fit(catalogue, centre, small, chains, draws, rng) -> xr.DataTree:
    spread, hidden = (small if draws > 1 else 0), len(centre["b0"])
    problem = bayesnet.Network(hidden=hidden)
    posterior = xr.Dataset(
        {
            name: (("chain", "draw", *DIMS[name]), part + spread * rng.normal(size=(chains, draws, *part.shape)))
            for name, part in centre.items()
        },
        {
            "chain": np.arange(chains),
            "draw": np.arange(draws),
            "hidden": np.arange(hidden),
            "feature": catalogue["feature"].values,
        },
    )
    train, test = problem.train(catalogue, 0), problem.test(catalogue)
    tree = xr.DataTree.from_dict(
        {
            "posterior": posterior,
            "observed_data": train[["y"]],
            "constant_data": train.drop_vars("y"),
            "predictions": problem.predict(posterior, train, test).to_dataset(),
            "predictions_constant_data": test,
        }
    )
    tree.attrs = {"problem": json.dumps(problem.settings()), "method": "made", "seconds": 1.0}
    tree.attrs |= {"config": "{}", "seed": 0}
    return tree


def _compared(made, catalogue) -> xr.DataTree:
    """As `bayesnet.compare`, but for the diagnostics, which ask what method it was."""
    from bayesnet.parts import diagnostics, elpd

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diagnostics, "PART", Part(lambda c: _diagnostics(c.fits)))
        patch.setattr(elpd, "PART", Part(lambda c: xr.Dataset()))
        return bayesnet.compare(made, catalogue)


def _diagnostics(made) -> xr.Dataset:
    rng = np.random.default_rng(6)
    methods, n = list(made), next(iter(made.values()))["predictions"].sizes["simulation"]
    several = xr.DataArray([made[method]["posterior"].sizes["chain"] > 1 for method in methods], dims="method")
    simulation = next(iter(made.values()))["predictions"]["simulation"].values
    values = xr.Dataset(
        {
            "rhat": (("method", "simulation"), 1 + 0.01 * rng.random((len(methods), n))),
            "ess_bulk": (("method", "simulation"), 500 * rng.random((len(methods), n))),
            "ess_tail": (("method", "simulation"), 500 * rng.random((len(methods), n))),
        }
    ).where(several)
    values["rhat_max"], values["ess_min"] = values["rhat"].max("simulation"), values["ess_bulk"].min("simulation")
    values["converged"] = xr.ones_like(values["rhat_max"])
    values["bfmi_min"] = xr.full_like(values["rhat_max"], 0.7).where(several)
    values["elbo_spread"] = xr.full_like(values["rhat_max"], 1.5).where(xr.DataArray(methods, dims="method") == "advi")
    return values.assign_coords(method=methods, simulation=simulation)
