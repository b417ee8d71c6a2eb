"""Guards raw_voice.notes."""

from expectations.raw._guards import columns_of_contract, iso_language, plausible_instants

SUITE = (
    columns_of_contract("raw_voice.notes"),
    plausible_instants("recorded_at", key="note_id"),
    iso_language(key="note_id"),
)
