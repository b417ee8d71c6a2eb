"""Relative weights of predictors that go together (Johnson 2000), and how sure they are.

A heuristic method for estimating the relative weight of predictor variables in multiple
regression, Multivariate Behavioral Research 35(1), 1-19. Intervals are of a bootstrap of
customers; a predictor of nothing but random numbers beside the others says what chance gives
(Tonidandel, LeBreton and Johnson 2009, Psychological Methods 14(4), 387-399).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from orchestration.building.fits.maximum_likelihood import Array

_REPLICATES = 2000
_SEED = 20_260_101
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


def weigh(sums: Array) -> Weights:
    """Weights of predictors; of two that go together nearly wholly, of the first.

    Args:
        sums: of products of each two columns, of each group of customers that is drawn together,
            shape (groups, columns, columns). The columns: ones, predictors, random numbers, the
            outcome; all of them vary, and but for the ones their means are about 0.
    """
    scales = np.sqrt(np.diagonal(sums.sum(axis=0)))
    scaled = sums / (scales[:, None] * scales)
    told = _correlations(scaled.sum(axis=0))
    kept = _unlike(told[:-2, :-2])
    predictors, columns = np.array(kept), np.array([0, *(place + 1 for place in kept), -2, -1])
    scaled = scaled[:, columns[:, None], columns]
    rng = np.random.default_rng(_SEED)
    draws = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), _REPLICATES)
    drawn = _weights((draws @ scaled.reshape(len(sums), -1)).reshape(-1, *scaled.shape[1:]))
    importance = relative_weights(told[np.ix_(predictors, predictors)], told[predictors, -1])
    low, high = np.percentile(drawn[:, :-1], [2.5, 97.5], axis=0)
    beyond = np.percentile(drawn[:, :-1] - drawn[:, -1:], 2.5, axis=0)
    return Weights(
        kept=tuple(kept),
        importance=importance,
        low=np.minimum(low, importance),
        high=np.maximum(high, importance),
        rank=_ranks(importance, drawn),
        is_above_chance=beyond > 0,
        correlation=told[predictors, -1],
    )


def sums_of_products(columns: Array, groups: npt.NDArray[np.int64], size: int) -> Array:
    """Of each group the sums of products of each two columns.

    Args:
        columns: shape (units, columns).
        groups: of each unit its group, in ascending order.
        size: how many groups there are.

    Returns:
        Shape (groups, columns, columns).
    """
    sums = np.zeros((size, columns.shape[1], columns.shape[1]))
    bounds = np.searchsorted(groups, np.arange(size + 1))
    for group, (first, beyond) in enumerate(pairwise(bounds)):
        of_group = columns[first:beyond]
        sums[group] = of_group.T @ of_group
    return sums


def _unlike(correlations: Array) -> list[int]:
    kept: list[int] = []
    for place, with_others in enumerate(correlations):
        if all(abs(with_others[other]) <= _ALIKE for other in kept):
            kept.append(place)
    return kept


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
