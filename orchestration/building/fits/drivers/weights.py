"""Relative weights of predictors that go together (Johnson 2000), and how sure they are.

A heuristic method for estimating the relative weight of predictor variables in multiple
regression, Multivariate Behavioral Research 35(1), 1-19. Intervals are of a bootstrap of
customers; a predictor of nothing but random numbers beside the others says what chance gives
(Tonidandel, LeBreton and Johnson 2009, Psychological Methods 14(4), 387-399).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from orchestration.building.fits.maximum_likelihood import Array

_REPLICATES = 2000
_SEED = 20_260_101
# Beyond so many, customers are drawn in as many groups: the cost no longer grows with them.
_MOST_GROUPS = 500
_ALIKE = 0.95
_FLATTEST = 1e-10


@dataclass(frozen=True)
class Weights:
    """Of each driver, arrays of shape (drivers,), in the order of `kept`."""

    kept: tuple[int, ...]
    importance: Array
    low: Array
    high: Array
    rank: npt.NDArray[np.int64]
    is_above_chance: npt.NDArray[np.bool_]
    performance: Array
    correlation: Array

    @property
    def r_squared(self) -> float:
        """What all drivers together explain of the outcome."""
        return float(self.importance.sum())


def relative_weights(between: Array, with_outcome: Array) -> Array:
    """What each predictor adds to R², of correlations, any number of sets at once.

    Args:
        between: correlations of the predictors, shape (..., predictors, predictors).
        with_outcome: theirs with the outcome, shape (..., predictors).

    Returns:
        Shape (..., predictors); they add up to R².
    """
    values, vectors = np.linalg.eigh(between)
    roots = np.sqrt(np.maximum(values, _FLATTEST))
    back = np.swapaxes(vectors, -1, -2)
    loadings = (vectors * roots[..., None, :]) @ back
    betas = (vectors / roots[..., None, :]) @ back @ with_outcome[..., None]
    return np.asarray((loadings**2 @ betas**2)[..., 0])


def weigh(predictors: Array, outcome: Array, customers: npt.NDArray[np.int64]) -> Weights | None:
    """Weights of what varies; of two that go together nearly wholly, the first.

    Args:
        predictors: shape (units, predictors).
        outcome: shape (units,).
        customers: whose each unit is, shape (units,).

    Returns:
        None where the outcome or all predictors are constant.
    """
    kept = _kept(predictors)
    if not kept or np.ptp(outcome) == 0:
        return None
    rng = np.random.default_rng(_SEED)
    chance = rng.standard_normal(len(outcome))
    columns = np.column_stack([predictors[:, kept], chance, outcome])
    sums = _sums_of_products(columns, _groups(customers))
    draws = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), _REPLICATES)
    drawn = _weights((draws @ sums.reshape(len(sums), -1)).reshape(-1, *sums.shape[1:]))
    whole = _correlations(sums.sum(axis=0))
    keep = np.arange(len(kept))
    importance = relative_weights(whole[np.ix_(keep, keep)], whole[keep, -1])
    low, high = np.percentile(drawn[:, :-1], [2.5, 97.5], axis=0)
    beyond = np.percentile(drawn[:, :-1] - drawn[:, -1:], 2.5, axis=0)
    return Weights(
        kept=tuple(kept),
        importance=importance,
        low=np.minimum(low, importance),
        high=np.maximum(high, importance),
        rank=_ranks(importance, drawn),
        is_above_chance=beyond > 0,
        performance=predictors[:, kept].mean(axis=0),
        correlation=whole[keep, -1],
    )


def _kept(predictors: Array) -> list[int]:
    kept: list[int] = []
    for place in range(predictors.shape[1]):
        column = predictors[:, place]
        if np.ptp(column) > 0 and all(
            abs(np.corrcoef(column, predictors[:, other])[0, 1]) <= _ALIKE for other in kept
        ):
            kept.append(place)
    return kept


def _groups(customers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Groups of customers that are drawn together: each of their own, as far as there is room."""
    _, numbers = np.unique(customers, return_inverse=True)
    return np.asarray(numbers % _MOST_GROUPS, dtype=np.int64)


def _sums_of_products(columns: Array, groups: npt.NDArray[np.int64]) -> Array:
    """Of each group the sums of products of each two columns, the first of them all ones."""
    scaled = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    ones = np.column_stack([np.ones(len(scaled)), scaled])
    size = groups.max() + 1
    sums = np.empty((size, ones.shape[1], ones.shape[1]))
    for first in range(ones.shape[1]):
        for second in range(first, ones.shape[1]):
            products = np.bincount(groups, ones[:, first] * ones[:, second], size)
            sums[:, first, second] = sums[:, second, first] = products
    return sums


def _correlations(sums: Array) -> Array:
    """Correlations of columns by sums of their products; a constant goes with nothing."""
    n = sums[..., 0, 0][..., None, None]
    means = sums[..., 0, 1:] / n[..., 0]
    covariance = sums[..., 1:, 1:] / n - means[..., :, None] * means[..., None, :]
    spread = np.sqrt(np.maximum(np.diagonal(covariance, axis1=-2, axis2=-1), 0))
    spread[spread < _FLATTEST] = np.inf
    found = covariance / (spread[..., :, None] * spread[..., None, :])
    places = np.arange(found.shape[-1])
    found[..., places, places] = 1
    return np.asarray(found)


def _weights(sums: Array) -> Array:
    found = _correlations(sums)
    return relative_weights(found[..., :-1, :-1], found[..., :-1, -1])


def _ranks(importance: Array, drawn: Array) -> npt.NDArray[np.int64]:
    """Ranks by importance; neighbours whose difference may be 0 share one."""
    order = np.argsort(-importance, kind="stable")
    ranks = np.ones(len(order), dtype=np.int64)
    for place, (above, below) in enumerate(pairwise(order), start=2):
        is_told = np.percentile(drawn[:, above] - drawn[:, below], 2.5) > 0
        ranks[below] = place if is_told else ranks[above]
    return ranks


def imputed(values: Array, *, is_count: Sequence[bool]) -> Array:
    """Predictors without gaps: of counts 0, of waits the mean of those who waited.

    Args:
        values: shape (units, predictors), NaN where nothing is known.
        is_count: of each predictor, whether nothing known is none.
    """
    filled = values.copy()
    for place, counts in enumerate(is_count):
        column = filled[:, place]
        gaps = np.isnan(column)
        column[gaps] = 0 if counts or gaps.all() else column[~gaps].mean()
    return filled
