"""What explains the change of a metric against the period before, as it is published."""

from datetime import date
from typing import Any

import duckdb

from orchestration.reporting.figures import Grain

_CHANGES = """
select
    segment_type, segment, instrument_version, n_before, n_after, value_before, value_after,
    mix, mix_se, rate, rate_se, case when segment_type <> 'all' then divergence end as divergence,
    divergence_se, p, rank, sentence, is_reportable
from marts.change_explained
where metric = $metric and period_grain = $grain and period_start = $period
order by instrument_version, rank nulls first, segment_type, segment
"""
_PERIODS = """
select distinct period_start from marts.change_explained
where metric = $metric and period_grain = $grain order by 1
"""


def explained_periods(
    connection: duckdb.DuckDBPyConnection, metric: str, grain: Grain
) -> list[date]:
    """First days of the periods whose change is explained, the oldest first."""
    asked = {"metric": metric, "grain": grain}
    return [day for (day,) in connection.execute(_PERIODS, asked).fetchall()]


def changes_of(
    connection: duckdb.DuckDBPyConnection, metric: str, grain: Grain, period: date
) -> list[dict[str, Any]]:
    """The change as a whole, and then each segment by how surely it moved otherwise."""
    asked = {"metric": metric, "grain": grain, "period": period}
    found = connection.execute(_CHANGES, asked)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
