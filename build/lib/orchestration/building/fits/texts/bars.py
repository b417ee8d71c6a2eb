"""From what quality on something is told of a text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bars:
    """Vars of the project; what is below them is null.

    A head is used that was judged on `min_texts`, with an interval of its AUC from `min_auc` on; a
    text has a theme if it is as like as `min_likeness` to one of the theme's phrases. Reviews are
    positive from `positive_rating` on, negative up to `negative_rating`, and neutral between.
    """

    min_texts: float
    min_auc: float
    min_likeness: float
    positive_rating: float
    negative_rating: float
