"""The paper as it was done, then one correction at a time, and what becomes of each of its claims.

Ahamed & Daub, "Bayesian neural network parameters provide insights into the earthquake rupture physics" (submitted to
ICLR 2021), and the authors' notebook: the labels as released, the minority class drawn again until the classes are
even, a Gaussian likelihood, 5000 steps of ADVI, 1000 draws, a threshold that was picked on the test rows.
"""

from dataclasses import replace

import numpy as np
import xarray as xr

from bayesnet import Network, Runs
from bayesnet.methods.advi import AdviConfig
from bayesnet.methods.mlp import MlpConfig
from bayesnet.parts.claims import Step, above, centre_margin, class_margin, corrections, ranking_margins
from studies import QUESTIONS
from studies.commands import run_script
from studies.grid import Grid

# The paper starts Adam at 0.5 and lets the rate decay; the rate it ends with is not stated and is ours.
PAPER_ADVI = AdviConfig(iterations=5000, first_rate=0.5, last_rate=0.01, restarts=1, draws=1000)
OF_PAPER = {
    "methods": ("mlp", "advi"),
    "configs": {"mlp": MlpConfig(restarts=1), "advi": PAPER_ADVI},
    "problem": Network(balance="upsample", upsample_seed=100),
}
PUBLISHED, REPAIRED = {"data": "ahamed2019-published"}, {"data": "ahamed2019"}
NO_UPSAMPLING = {"problem": Network()}

CHANGES = {
    "as-published": OF_PAPER | PUBLISHED | {"problem": replace(OF_PAPER["problem"], likelihood="gaussian")},
    "bernoulli": OF_PAPER | PUBLISHED,
    "no-upsampling": OF_PAPER | PUBLISHED | NO_UPSAMPLING,
    "repaired": OF_PAPER | REPAIRED | NO_UPSAMPLING,
    "nuts": REPAIRED | NO_UPSAMPLING,
}

# Step -> run, method, whether the threshold is picked on the test rows.
STEPS = {
    "as published": ("as-published", "advi", True),
    "Bernoulli likelihood": ("bernoulli", "advi", True),
    "threshold 0.5": ("bernoulli", "advi", False),
    "no upsampling": ("no-upsampling", "advi", False),
    "repaired labels": ("repaired", "advi", False),
    "ADVI with our settings": ("nuts", "advi", False),
    "NUTS instead of ADVI": ("nuts", "nuts", False),
}

# What the paper (accuracies) and its notebook (the rest) print.
PRINTED = {"accuracy": 0.8334, "mlp_accuracy": 0.81, "notebook_accuracy": 0.835, "notebook_f1_weighted": 0.8374}
PRINTED_CONFUSION = [[231, 41], [25, 103]]  # (true, predicted)

BAYESIAN, PLAIN = "accuracy of the Bayesian network", "accuracy of the plain network"
REST = ("height", "sxy", "friction_drop", "dc")
RANKING = {
    "the normal stresses matter most": above(("sxx", "syy"), (*REST, "mu_d", "width")),
    "dynamic friction comes next": above(("mu_d",), (*REST, "width")),
    "barrier width matters least": above((*REST, "sxx", "syy", "mu_d"), ("width",)),
}


def own(runs: Runs) -> dict[str, xr.Dataset]:
    """The corrections step by step, and the claims with the margins that decide them.

    Returns
    -------
    dict
        `corrections`: see `bayesnet.claims.corrections`, with the `printed` scores. `claims (claim, analysis)`:
        `value` and `interval (..., bound)` of each claim in the paper's own analysis and in the corrected one, and
        `expected`: the printed number, or zero where the claim is that the value lies above it.
    """
    fits = {name: Step(runs.fits[run][method], tuned) for name, (run, method, tuned) in STEPS.items()}
    steps = corrections(fits, seed=runs.seed)
    steps.attrs = PRINTED | {"printed_confusion": np.ravel(PRINTED_CONFUSION)}
    analyses = {
        "as published": _claims(runs, "as-published", fits["as published"]),
        "corrected": _claims(runs, "nuts", fits["NUTS instead of ADVI"]),
    }
    margins = np.stack([np.stack([*found.values()]) for found in analyses.values()], axis=1)  # (claim, analysis, 3)
    names = list(analyses["corrected"])
    expected = {BAYESIAN: PRINTED["accuracy"], PLAIN: PRINTED["mlp_accuracy"]}
    claims = xr.Dataset(
        {
            "value": (("claim", "analysis"), margins[..., 0]),
            "interval": (("claim", "analysis", "bound"), margins[..., 1:]),
            "expected": ("claim", [expected.get(name, 0.0) for name in names]),
            "numeric": ("claim", [int(name in expected) for name in names]),
        },
        coords={"claim": names, "analysis": list(analyses), "bound": ["lower", "upper"]},
    )
    return {"corrections": steps, "claims": claims}


def _claims(runs: Runs, run: str, step: Step) -> dict[str, np.ndarray]:
    """Value and interval of every claim in one analysis; the plain network's threshold is picked as the other's is."""
    seed, plain = runs.seed, Step(runs.fits[run]["mlp"], step.tuned)
    both = corrections({"plain": plain, "Bayesian": step}, seed=seed).sel(score="accuracy")
    return {
        BAYESIAN: _with_interval(both, "value", "Bayesian"),
        PLAIN: _with_interval(both, "value", "plain"),
        "the Bayesian network is right more often than the plain one": _with_interval(both, "change", "Bayesian"),
        **ranking_margins(step.fit, runs.data[run], RANKING, seed),
        "predictions of propagation are less certain": class_margin(step.fit, seed=seed),
        "predictions near a score of 0.5 are least certain": centre_margin(step.fit, seed=seed),
    }


def _with_interval(steps: xr.Dataset, name: str, step: str) -> np.ndarray:
    one = steps.sel(step=step)
    return np.array([float(one[name]), *one["interval" if name == "value" else f"{name}_interval"].values])


STUDY = Grid(
    name="paper",
    question=QUESTIONS["paper"],
    changes=CHANGES,
    own=own,
    sections={"The paper and its corrections": ("claims",)},
)

if __name__ == "__main__":
    run_script(STUDY)
