"""Guards raw_voice.competitor_mentions."""

from expectations.raw._guards import columns_of_contract, plausible_instants

SUITE = (
    columns_of_contract("raw_voice.competitor_mentions"),
    plausible_instants("posted_at", key="mention_id"),
)
