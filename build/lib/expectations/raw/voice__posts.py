"""Guards raw_voice.posts."""

from expectations.raw._guards import columns_of_contract, iso_language, plausible_instants

SUITE = (
    columns_of_contract("raw_voice.posts"),
    plausible_instants("posted_at", key="post_id"),
    iso_language(key="post_id"),
)
