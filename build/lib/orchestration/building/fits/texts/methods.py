"""What a text is told by: the vector that a model of many languages gives it, or its n-grams."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.building.fits.texts.heads import Matrix
from orchestration.building.fits.texts.vectors import read_vectors

_BUCKETS = 2**18


@dataclass(frozen=True)
class Method:
    """A name, features of texts by their hashes and bodies, and whether all languages share them.

    Languages that share features may share a head, which learns from the scores of all.
    """

    name: str
    features: Callable[[Sequence[str], Sequence[str]], Matrix]
    is_shared: bool


def method(connection: duckdb.DuckDBPyConnection, has_vectors: bool) -> Method:
    """Vectors where there are any, else n-grams."""
    if has_vectors:
        return Method("embedding", lambda hashes, _: read_vectors(connection, hashes), True)
    return Method("ngrams", _ngrams, False)


def _ngrams(_: Sequence[str], bodies: Sequence[str]) -> Matrix:
    """Runs of 3 to 5 letters: of 1 to 4, 2 to 4 and 2 to 5 none told French comments better.

    By hash, so that those of a text depend on no other.
    """
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), n_features=_BUCKETS, alternate_sign=False
    )
    return hashing.transform(bodies)
