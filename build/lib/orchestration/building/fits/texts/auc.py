"""How well scores tell positives from negatives, with an interval."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from orchestration.building.fits.maximum_likelihood import Array

_Z = ndtri(0.975)


@dataclass(frozen=True)
class Auc:
    """Probability that a positive has a higher score than a negative, ties a half; 95 % interval.

    The interval is cut to [0, 1], and null with a cluster of either kind alone, which varies with
    nothing.
    """

    value: float
    se: float | None

    @property
    def low(self) -> float | None:
        """Lower end of the interval."""
        return None if self.se is None else max(0.0, self.value - _Z * self.se)

    @property
    def high(self) -> float | None:
        """Upper end of the interval."""
        return None if self.se is None else min(1.0, self.value + _Z * self.se)


def auc(scores: Array, is_positive: npt.NDArray[np.bool_], clusters: npt.NDArray[np.intp]) -> Auc:
    """Area under the ROC curve; arrays of shape (scores,), with both kinds among them.

    Placements are DeLong's (1988), summed by cluster as Obuchowski does (1997), so that a text
    which many sent was drawn once; where each is a cluster of its own, both are the same.
    """
    ranks = _mid_ranks(scores)
    above = np.empty_like(ranks)  # share of the other kind that a score is on the right side of
    for kind, others in ((is_positive, ~is_positive), (~is_positive, is_positive)):
        above[kind] = (ranks[kind] - _mid_ranks(scores[kind])) / others.sum()
    above[~is_positive] = 1 - above[~is_positive]
    value = float(above[is_positive].mean())
    sums = [
        np.bincount(clusters, np.where(kind, above - value, 0)) / kind.sum()
        for kind in (is_positive, ~is_positive)
    ]
    counts = [len(np.unique(clusters[kind])) for kind in (is_positive, ~is_positive)]
    if min(counts) < 2:
        return Auc(value, None)
    both = len(np.unique(clusters))
    variance = sum(n / (n - 1) * (s @ s) for n, s in zip(counts, sums, strict=True))
    variance += 2 * both / (both - 1) * (sums[0] @ sums[1])
    return Auc(value, float(np.sqrt(max(0.0, variance))))


def _mid_ranks(scores: Array) -> Array:
    """From 1, equal scores with the mean of their ranks."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]
