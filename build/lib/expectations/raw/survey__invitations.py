"""Guards raw_survey.invitations."""

from expectations.raw._guards import columns_of_contract, plausible_instants

SUITE = (
    columns_of_contract("raw_survey.invitations"),
    plausible_instants("sent_at", key="invitation_id"),
)
