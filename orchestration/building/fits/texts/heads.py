"""Tells positive, neutral and negative texts, learning from those that came with a score."""

from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from orchestration.building.fits.maximum_likelihood import Array
from orchestration.building.fits.texts.auc import Auc, auc

_FOLDS = 5
# Inverse strength of the penalty on vectors of length 1, whose odds are then those seen: of French
# comments AUC is .795 from 1 to 10, and at 1 the odds are too near to even, at 30 too far.
_C = 3.0
_MOST_STEPS = 1000

Matrix = Any  # of shape (texts, features): dense for vectors, sparse for n-grams
Places = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

TONES = np.array([-1, 0, 1])


@dataclass(frozen=True)
class Scored:
    """Texts that came with a score, each array of shape (texts,).

    `texts` and `customers` number what belongs together: equal texts, and those of a customer.
    `tones` are those of TONES.
    """

    texts: Places
    customers: Places
    languages: npt.NDArray[np.object_]
    tones: Places
    folds: Places

    def among(self, chosen: Flags) -> "Scored":
        """Some of them."""
        return Scored(*(column[chosen] for column in vars(self).values()))


def fold(text_hash: str) -> int:
    """The fold of a text: the same whatever other texts there are."""
    return crc32(text_hash.encode()) % _FOLDS


class Head:
    """A multinomial logistic regression in which all tones of each language weigh the same.

    So no tone is the likelier for being the commoner one, and no language counts as a tone.
    """

    def __init__(self, features: Matrix, scored: Scored) -> None:
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits

        # Of n-grams that no text has the weights are 0: with all 262,144 a fit takes 1 s, not .05.
        self._seen = np.unique(features.nonzero()[1])
        self._model = LogisticRegression(C=_C, max_iter=_MOST_STEPS)
        # A fit takes 0.02 s in one thread, and up to a second in two that wait for each other.
        with threadpool_limits(1):
            weights = _weights(scored)
            self._model.fit(features[:, self._seen], scored.tones, sample_weight=weights)

    def chances(self, features: Matrix) -> Array:
        """Of each tone, shape (texts, tones); 0 of one that no text had."""
        found = np.zeros((features.shape[0], len(TONES)))
        found[:, np.isin(TONES, self._model.classes_)] = self._model.predict_proba(
            features[:, self._seen]
        )
        return found


def _weights(scored: Scored) -> Array:
    kinds = [f"{kind}" for kind in zip(scored.languages, scored.tones, strict=True)]
    _, place, counts = np.unique(kinds, return_inverse=True, return_counts=True)
    return len(kinds) / (len(counts) * counts[place].astype(np.float64))


def sentiments(chances: Array) -> Array:
    """From -1 to 1, shape (texts,): the mean of the tones by their chances."""
    return np.asarray(chances @ TONES, dtype=np.float64)


def unseen_chances(features: Matrix, scored: Scored) -> Array:
    """Of each text by a head that saw neither it nor its customer; NaN where none could be fitted.

    So quality is that of the sentiments themselves, and none of them knows its own score. A head
    needs both positive and negative texts.
    """
    found = np.full((len(scored.folds), len(TONES)), np.nan)
    for held_out in range(_FOLDS):
        out = scored.folds == held_out
        seen = ~out & ~np.isin(scored.customers, scored.customers[out])
        learned_from = scored.among(seen)
        if out.any() and {-1, 1} <= set(learned_from.tones.tolist()):
            found[out] = Head(features[seen], learned_from).chances(features[out])
    return found


def quality(chances: Array, scored: Scored) -> Auc | None:
    """How well sentiments tell positive texts from negative ones; none where these are of one."""
    if len(set(scored.tones.tolist())) < 2:
        return None
    return auc(sentiments(chances), scored.tones > 0, scored.texts)
