"""Whether to mix methods: weights by leave-one-out on training rows, and what the mixture gains on test rows."""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from scipy.special import logsumexp

from bayesnet.contract import Part
from bayesnet.fitting import predicted
from bayesnet.grading import graded
from bayesnet.parts.differences import paired_differences
from bayesnet.problems import problem_of


def stacking(fits: Mapping[str, xr.DataTree], elpd: xr.Dataset, *, seed: int = 0) -> xr.Dataset:
    """The mixture of methods that leave-one-out prefers, compared with the best of them alone.

    Its weights maximise the leave-one-out log score of the mixture (Yao et al. 2018, Bayesian Analysis 13; of
    posteriors of one model Yao, Vehtari & Gelman 2022, JMLR 23); they and
    the best method are chosen by training rows alone, and compared on the test rows. A mixture can predict better than
    the best of its methods where these err on different rows.

    Parameters
    ----------
    fits : mapping
        Fits of classifiers by name, of the same training and test rows.
    elpd : xarray.Dataset
        The part `elpd` of these fits.
    seed : int
        Of bootstrap samples.

    Returns
    -------
    xarray.Dataset
        Empty for fewer than two fits that have a weight. `weight`, `reliable` and `best` (1 of the method of highest
        ELPD) `(method)`; `elpd_gain`: ELPD of the mixture minus that of the best method in nats, a little too high,
        as weights were chosen by it, and its standard error `elpd_gain_se`; `value`, `difference (metric)` and
        `interval (metric, bound)` of the mixture on the test rows and from the best method, `mcnemar_p`,
        `only_method_right`, `only_other_right`: see `paired_differences`.
    """
    if "weight" not in elpd:
        return xr.Dataset()
    members = elpd.dropna("method", subset=["weight"])
    names, weight = [str(name) for name in members["method"].values], members["weight"].values.clip(0)
    best = int(members["elpd"].values.argmax())
    with np.errstate(divide="ignore"):  # of a weight of zero
        mixed = logsumexp(members["elpd_row"].values + np.log(weight)[:, None], axis=0)
    gain = mixed - members["elpd_row"].values[best]
    mixture = _mixture({name: fits[name] for name in names}, weight)
    found = paired_differences({"mixture": mixture, "best": fits[names[best]]}, seed=seed)
    beside = found.sel({"method": "mixture", "other": "best"}, drop=True)
    return beside.assign(
        value=("metric", _grades(mixture)),
        weight=("method", weight),
        reliable=("method", members["reliable"].values),
        best=("method", (np.arange(len(names)) == best).astype(int)),
        elpd_gain=gain.sum(),
        elpd_gain_se=np.sqrt(gain.size * gain.var()),
    ).assign_coords(method=names)


def _mixture(fits: Mapping[str, xr.DataTree], weight: np.ndarray) -> xr.DataTree:
    """A fit with the weighted mean of the scores of fits: a single draw."""
    first = next(iter(fits.values()))
    (name,) = first["predictions"].data_vars
    means = [fit["predictions"][name].mean(("chain", "draw")) for fit in fits.values()]
    score = sum(share * mean for share, mean in zip(weight, means, strict=True))
    groups = {
        "predictions": score.expand_dims(chain=1, draw=1).to_dataset(name=name),
        "predictions_constant_data": first["predictions_constant_data"].to_dataset(),
    }
    return xr.DataTree.from_dict(groups | {"/": xr.Dataset(attrs=first.attrs)})


def _grades(fit: xr.DataTree) -> list[float]:
    """Every metric of the test rows."""
    (outcome, draws), rows = predicted(fit), fit["predictions_constant_data"].to_dataset()
    return [graded(metric, outcome, draws, rows) for metric in problem_of(fit).metrics.values()]


PART = Part(lambda c: stacking(c.fits, c.part("elpd"), seed=c.seed), made_from="elpd")
