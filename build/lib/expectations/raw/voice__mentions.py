"""Guards raw_voice.mentions."""

from expectations.raw._guards import columns_of_contract, iso_language, plausible_instants

SUITE = (
    columns_of_contract("raw_voice.mentions"),
    plausible_instants("posted_at", key="mention_id"),
    iso_language(key="mention_id"),
)
