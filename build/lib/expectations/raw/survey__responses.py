"""Guards raw_survey.responses; whether a score lies on its instrument's scale is a model's work."""

from expectations.raw._guards import columns_of_contract, iso_language, plausible_instants
from expectations.suite import values_between, values_present

SUITE = (
    columns_of_contract("raw_survey.responses"),
    plausible_instants("responded_at", key="response_id"),
    values_between("score", -1, 100, severity="warning"),
    iso_language(key="response_id"),
    values_present("customer_id", share=0.5, severity="warning"),
)
