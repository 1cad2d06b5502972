"""The priors of the weights: each is N(0, sd^2), and a prior says which sds are fixed and which are learned."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from pymc.logprob.transforms import ScaleTransform
from scipy.special import k0
from scipy.stats import norm

from bayesnet.problems.network.draws import DIMS, Draws

SUMMED = {"w0": "feature", "w1": "hidden"}  # group of weights: the dimension that a unit sums over

# Methods see a weight of learned sd as weight / sd (pm.Normal's last input): the non-centred form, Papaspiliopoulos,
# Roberts & Skold (2007), Stat. Sci. 22. Measured with NUTS on rupture2d, 4 x 500 draws: under "half_normal" 13 to 53
# divergences rather than 90, R-hat of the sds up to 1.22 rather than 1.52; under "ard" their ESS at least 124, not 43.
STANDARDISED = ScaleTransform(lambda *inputs: 1 / inputs[-1])


@dataclass(frozen=True)
class Prior:
    """Which sd each of the groups w0, b0, w1, b1 has, for a network's `prior_sd` and `sizes` of `feature`, `hidden`.

    A learned sd is HalfNormal(prior_sd): E[sd^2] = prior_sd^2, so that a weight has the marginal sd prior_sd whether
    its sd is learned or not.
    """

    about: str  # for reports; {sd} stands for prior_sd
    fan_in: bool = False  # the sds of w0 and w1 are divided by the square root of the number of a unit's inputs
    learned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # group: first dims, along which sds differ

    def sds(self, prior_sd: float, sizes: Mapping[str, int]) -> dict[str, float]:
        """Marginal sd of a weight of each group."""
        inputs = {name: sizes[dim] if self.fan_in else 1 for name, dim in SUMMED.items()}
        return {name: prior_sd / np.sqrt(inputs.get(name, 1)) for name in DIMS}

    def variables(self, prior_sd: float, sizes: Mapping[str, int]) -> list[pt.TensorVariable]:
        """w0, b0, w1 and b1 as variables of the PyMC model at hand, with the learned sds as `sd_w0` and so on."""
        out = []
        for name, sd in self.sds(prior_sd, sizes).items():
            transform = None
            if name in self.learned:
                sd = pm.HalfNormal(f"sd_{name}", sd, dims=self.learned[name])
                sd = pt.expand_dims(sd, range(sd.ndim, len(DIMS[name])))
                transform = STANDARDISED
            out.append(pm.Normal(name, 0.0, sd, dims=DIMS[name], default_transform=transform))
        return out

    def draws(self, prior_sd: float, sizes: Mapping[str, int], number: int, rng: np.random.Generator) -> Draws:
        """Weights drawn from the prior, in numpy."""
        out = {}
        for name, sd in self.sds(prior_sd, sizes).items():
            shape = [sizes[dim] for dim in DIMS[name]]
            out[name] = rng.normal(0, sd, (number, *shape))
            if name in self.learned:
                own = len(self.learned[name])
                out[name] *= np.abs(rng.normal(size=(number, *shape[:own], *[1] * (len(shape) - own))))
        return Draws(**out)

    def density(self, name: str, value: np.ndarray, prior_sd: float, sizes: Mapping[str, int]) -> np.ndarray:
        """Marginal density of one weight of the group `name`; where its sd is learned it is infinite at 0.

        Source: N(0, 1) times an independent N(0, sd^2), K0(|x| / sd) / (pi sd) (Craig 1936, Ann. Math. Stat. 7, 1-15).
        """
        sd = self.sds(prior_sd, sizes)[name]
        return k0(np.abs(value) / sd) / (np.pi * sd) if name in self.learned else norm.pdf(value, scale=sd)


PRIORS = {
    "normal": Prior("N(0, {sd}²) on every weight and bias"),
    # Neal (1996), Bayesian Learning for Neural Networks, chapter 2: the output's sd then does not grow with the layer
    "fan_in": Prior("N(0, {sd}² / fan-in) on every weight and N(0, {sd}²) on every bias", fan_in=True),
    # one scale per layer, as in Neal (1996), chapter 3; half-normal as Gelman (2006), Bayesian Analysis 1, 515-534,
    # argues for scales of few groups; b1 is a single number, of which no scale can be learned
    "half_normal": Prior(
        "N(0, sd²) on every weight and bias, with a sd ~ HalfNormal({sd}) each for w0, b0 and w1, and {sd} for b1",
        learned={"w0": (), "b0": (), "w1": ()},
    ),
    # automatic relevance determination, MacKay (1994), ASHRAE Transactions 100; Neal (1996), section 4.3
    "ard": Prior(
        "N(0, sd²) on the weights of each input, with a sd ~ HalfNormal({sd}) an input, and N(0, {sd}²) on all others",
        learned={"w0": ("feature",)},
    ),
}
