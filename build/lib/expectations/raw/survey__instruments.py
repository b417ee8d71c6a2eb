"""Guards raw_survey.instruments."""

from expectations.raw._guards import columns_of_contract
from expectations.suite import no_rows

SUITE = (
    columns_of_contract("raw_survey.instruments"),
    no_rows(
        "bands_lie_within_scale",
        """
        select instrument_id from {batch}
        where positive_min < scale_min or positive_max > scale_max
            or positive_min > positive_max or passive_min not between scale_min and scale_max
        """,
        severity="critical",
    ),
)
