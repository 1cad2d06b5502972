"""What another set of starts would have ended in: bootstrap samples of the starts that a fit chose from."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from bayesnet.contract import Metric
from bayesnet.fitting import predicted, training_rows
from bayesnet.grading import in_blocks, summarised
from bayesnet.problems import problem_of
from data.seeds import seed_for


@dataclass(frozen=True)
class Starts:
    """Predictions of a fit, and of the starts of its optimiser where there are several.

    A fit that keeps the best of n starts (`mlp`, `map`, `advi`) is drawn again by drawing n of them with replacement
    and keeping the best of those by its training loss; one that averages n starts (`ensemble`) by averaging those
    drawn. So an interval from such samples says what other starts could have given, as far as the n starts tell.
    """

    outcome: np.ndarray  # (row,)
    rows: xr.Dataset
    draws: np.ndarray  # predictions (start, draw, row); a fit without starts is a single one
    loss: np.ndarray | None  # (start,), of which the least is kept; None: starts are averaged

    @classmethod
    def of(cls, fit: xr.DataTree) -> "Starts":
        """The starts of a fit."""
        outcome, draws = predicted(fit)
        rows = fit["predictions_constant_data"].to_dataset()
        stats = fit["fit_stats"].to_dataset() if "fit_stats" in fit.children else xr.Dataset()
        if "averaged" in stats:
            return cls(outcome, rows, draws[:, None], None)
        if "restarts" not in fit.children:
            return cls(outcome, rows, draws[None], np.zeros(1))
        restarts = fit["restarts"].to_dataset().rename(restart="chain")
        each = problem_of(fit).predict(restarts, training_rows(fit), rows).transpose("chain", "draw", ...).values
        return cls(outcome, rows, each, stats["loss"].values if "loss" in stats else -stats["elbo"].values)

    def picked(self, samples: int, seed: int) -> np.ndarray:
        """Bootstrap samples of the starts, `(sample, start)`: fits of as many starts meet the same ones."""
        number = len(self.draws)
        return np.random.default_rng(seed_for(seed, "starts")).integers(number, size=(samples, number))

    def best(self, samples: int, seed: int) -> np.ndarray:
        """The start of lowest loss of each bootstrap sample of them, `(sample,)`."""
        picked = self.picked(samples, seed)
        return np.take_along_axis(picked, self.loss[picked].argmin(axis=1)[:, None], axis=1)[:, 0]

    def by_resample(self, metric: Metric, index: np.ndarray, seed: int) -> np.ndarray:
        """A metric of bootstrap samples of the rows `(resample, row)`, each with a bootstrap sample of the starts."""
        if self.loss is None:
            of_start, chosen = self.draws.mean(axis=1), self.picked(len(index), seed)
        else:
            of_start = np.stack(
                [summarised(metric, self.outcome, one, self.rows) for one in self.draws]
            )  # (start, row)
            chosen = self.best(len(index), seed)[:, None]
        both = np.hstack([index, chosen])
        graded = []
        for block in in_blocks(both, index.size * chosen.shape[1]):
            rows, starts = np.split(block, [index.shape[1]], axis=1)
            summary = of_start[starts[:, :, None], rows[:, None]].mean(axis=1)  # (resample, row)
            graded.append(metric.grade(self.outcome[rows], summary))
        return np.concatenate(graded)
