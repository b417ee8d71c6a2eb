"""How well scores tell positives from negatives, against published numbers and counted pairs."""

import numpy as np
import pytest

from orchestration.building.fits.texts.auc import Auc, auc


def measured(positives: list[float], negatives: list[float]) -> Auc:
    """Each score of a text of its own."""
    scores = np.array([*positives, *negatives], dtype=float)
    kinds = np.array([True] * len(positives) + [False] * len(negatives))
    return auc(scores, kinds, np.arange(len(scores)))


def rated(counts: list[int]) -> list[float]:
    return [float(rating) for rating, count in enumerate(counts) for _ in range(count)]


def test_published_numbers_of_hanley_and_mcneil() -> None:
    """109 images rated in five classes; error and interval as Stata's roctab gives them."""
    found = measured(rated([3, 2, 2, 11, 33]), rated([33, 6, 6, 11, 2]))
    told = (found.value, found.se, found.low, found.high)
    assert told == pytest.approx((0.8932, 0.0307, 0.8330, 0.9534), abs=5e-5)


def test_three_that_left_against_four_that_stayed() -> None:
    """By hand: 11 of 12 pairs; placements 1, 1, 3/4 and 2/3, 1, 1, 1; the interval is cut at 1."""
    found = measured([0.9, 0.8, 0.4], [0.7, 0.3, 0.2, 0.1])
    assert found.value == pytest.approx(11 / 12)
    assert found.se == pytest.approx(np.sqrt(1 / 48 / 3 + 1 / 36 / 4))
    assert found.high == 1.0


def test_a_tie_is_half_a_pair_and_the_other_way_round_is_the_rest() -> None:
    assert measured([1, 2], [1, 0]).value == 7 / 8
    assert measured([1, 0], [1, 2]).value == 1 / 8
    assert measured([5, 5], [5, 5]).value == 0.5


def test_a_text_that_many_sent_was_drawn_once() -> None:
    """Each of ten texts three times: the area is the same, and so is what is known of it."""
    scores = np.array([0.9, 0.8, 0.75, 0.4, 0.35, 0.7, 0.5, 0.3, 0.2, 0.1])
    kinds = np.arange(10) < 5
    once = auc(scores, kinds, np.arange(10))
    by_text = auc(np.tile(scores, 3), np.tile(kinds, 3), np.tile(np.arange(10), 3))
    by_row = auc(np.tile(scores, 3), np.tile(kinds, 3), np.arange(30))
    assert once.se is not None and by_text.se is not None and by_row.se is not None
    assert (by_text.value, by_text.se) == pytest.approx((once.value, once.se))
    assert by_row.se < 0.7 * once.se


def test_one_text_tells_nothing_of_how_texts_vary() -> None:
    found = auc(np.array([0.9, 0.9, 0.1, 0.2]), np.arange(4) < 2, np.array([0, 0, 1, 2]))
    assert (found.value, found.low, found.high) == (1.0, None, None)
