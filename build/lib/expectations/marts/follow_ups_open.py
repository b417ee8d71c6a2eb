"""Guards marts.follow_ups_open."""

from expectations.marts._guards import none_negative
from expectations.suite import no_rows

SUITE = (
    none_negative("hours_waited", "mrr", row="response_id"),
    no_rows(
        "who_waits_is_counted",
        """
        select 'all' from (select count(*) as listed from {batch}) as lists
        cross join (
            select coalesce(sum(waiting), 0) as waiting from marts.follow_up_by_segment
            where period_grain = 'all' and segment_type = 'all'
        ) as counts
        where listed <> waiting
        """,
        severity="critical",
    ),
)
