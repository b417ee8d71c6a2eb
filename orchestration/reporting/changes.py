"""What explains the change of a metric against the period before, as it is published."""

from datetime import date
from typing import Any

import duckdb

from orchestration.reporting.figures import Grain
from orchestration.reporting.headline import IS_COMPLETE

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

_REAL = f"""
with newest as (
    select * from marts.change_explained
    where segment_type = 'all' and period_grain = 'month' and {IS_COMPLETE}
    qualify period_start = max(period_start) over ()
)

select
    concat_ws(' ', metric, instrument_version, period_start),
    strftime(period_start, '%Y-%m'), sentence
from newest
where p < $level
order by p
"""


def real_changes(connection: duckdb.DuckDBPyConnection, level: float) -> list[tuple[str, str, str]]:
    """Changes of the newest complete month that chance seldom makes: a key, the month, in words.

    Args:
        connection: a published file.
        level: of changes that are none, the share in [0, 1] that is called real.
    """
    return connection.execute(_REAL, {"level": level}).fetchall()


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
