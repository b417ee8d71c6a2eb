"""Guards raw_experiments.experiments."""

from expectations.raw._guards import columns_of_contract
from expectations.suite import no_rows

SUITE = (
    columns_of_contract("raw_experiments.experiments"),
    no_rows(
        "dates_are_plausible",
        """
        select experiment_id from {batch}
        where starts_on not between '1970-01-02' and '9998-12-31'
            or ends_on not between '1970-01-02' and '9998-12-31'
        """,
        severity="warning",
    ),
)
