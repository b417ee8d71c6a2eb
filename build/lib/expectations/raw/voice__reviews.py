"""Guards raw_voice.reviews."""

from expectations.raw._guards import columns_of_contract, iso_language, plausible_instants
from expectations.suite import values_between

SUITE = (
    columns_of_contract("raw_voice.reviews"),
    plausible_instants("published_at", key="review_id"),
    values_between("rating_max", None, 100, severity="warning"),
    iso_language(key="review_id"),
)
