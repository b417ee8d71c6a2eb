"""Checks of a delivery against the deliveries before it, the same for every raw table.

They compare `candidate_profiles`, what came, with `ledger.profiles`, what stands in the raw table
(see orchestration/profiling.py). All only warn: a business may well change overnight. A table with
too little history passes.
"""

from expectations.suite import Expectation, no_rows
from orchestration.contract import SourceTable

# What came is compared with this many landing days before it, and not with fewer than the least.
HISTORY_DAYS = 28
LEAST_HISTORY_DAYS = 7
# A day may bring half of the smallest, to twice the largest number of rows of the days before.
VOLUME_FACTOR = 2
# A share of nulls or of distinct values may lie this far outside of the range of the days before.
SHARE_TOLERANCE = 0.1
# Shares of fewer rows than this say little.
LEAST_ROWS = 50
# From 0.25 on a distribution is commonly said to have shifted (Siddiqi 2006, Credit Risk
# Scorecards); by chance alone eleven values of 100 answers reach 0.18 once in twenty times.
LARGEST_STABILITY_INDEX = 0.25
LEAST_ANSWERS = 100
# An empty bin counts as this share, as its logarithm is taken.
LEAST_SHARE = 0.0001


def as_before(table: SourceTable) -> tuple[Expectation, ...]:
    """Volume, shares of nulls and of distinct values, and distributions are as before."""
    checks = [
        _warning("rows_per_day_are_as_before", table, _VOLUMES),
        _warning("null_shares_are_as_before", table, _SHARES.format(measure="nulls")),
        _warning("distinct_shares_are_as_before", table, _SHARES.format(measure="distinct_values")),
    ]
    if any(column.distribution_within for column in table.columns):
        checks.append(_warning("distributions_are_as_before", table, _DISTRIBUTIONS))
    return tuple(checks)


def _warning(name: str, table: SourceTable, comparison: str) -> Expectation:
    sql = f"""
        with came as (
            select * from candidate_profiles where file in (select _file from {{batch}})
        ),
        known as (
            select profiles.* from ledger.profiles
            where source = '{table.source}' and table_name = '{table.name}'
                and file not in (select file from came)
        ),
        history as (
            select *, dense_rank() over (order by landing_date desc) as days_ago from known
            where landing_date < (select min(landing_date) from came)
            qualify days_ago <= {HISTORY_DAYS}
        ),
        is_comparable as (
            select count(distinct landing_date) >= {LEAST_HISTORY_DAYS} as is_long_enough
            from history
        ),
        {comparison}
        select found.* from found cross join is_comparable where is_long_enough
    """
    return no_rows(name, sql, severity="warning", is_of_delivery=True)


_VOLUMES = f"""
    days as (
        select landing_date, sum(rows) as rows from (
            select distinct file, landing_date, rows from history
        ) group by landing_date
    ),
    today as (
        select landing_date, sum(rows) as rows from (
            select distinct file, landing_date, rows from came
            union select distinct file, landing_date, rows from known
        ) where landing_date in (select landing_date from came) group by landing_date
    ),
    usual as (select min(rows) as fewest, max(rows) as most from days),
    found as (
        select landing_date, rows, fewest as fewest_before, most as most_before
        from today cross join usual
        where rows * {VOLUME_FACTOR} < fewest or rows > most * {VOLUME_FACTOR}
    )
"""

_SHARES = f"""
    usual as (
        select column_name, min({{measure}} / rows) as lowest, max({{measure}} / rows) as highest
        from history where rows >= {LEAST_ROWS} group by column_name
    ),
    found as (
        select column_name, landing_date, round({{measure}} / rows, 3) as share,
            round(lowest, 3) as lowest_before, round(highest, 3) as highest_before
        from came join usual using (column_name)
        where rows >= {LEAST_ROWS} and {{measure}} / rows
            not between lowest - {SHARE_TOLERANCE} and highest + {SHARE_TOLERANCE}
    )
"""

# The population stability index: sum over the values of (a - e) ln(a / e), of their shares in what
# came and in the history.
_DISTRIBUTIONS = f"""
    answers as (
        select column_name, is_new, answer.key as answer,
            regexp_replace(answer.key, ' [^ ]*$', '') as answers_to, sum(answer.value) as n
        from (
            select column_name, true as is_new, unnest(map_entries(histogram)) as answer from came
            union all
            select column_name, false, unnest(map_entries(histogram)) from history
        ) group by all
    ),
    counted as (
        select column_name, answers_to, answer,
            coalesce(sum(n) filter (is_new), 0) as n_came,
            coalesce(sum(n) filter (not is_new), 0) as n_history,
        from answers group by all
    ),
    shares as (
        select *, sum(n_came) over within as total_came,
            sum(n_history) over within as total_history,
            greatest(n_came / total_came, {LEAST_SHARE}) as a,
            greatest(n_history / total_history, {LEAST_SHARE}) as e
        from counted window within as (partition by column_name, answers_to)
    ),
    found as (
        select column_name, answers_to, round(sum((a - e) * ln(a / e)), 3) as stability_index
        from shares
        where total_came >= {LEAST_ANSWERS} and total_history >= {LEAST_ANSWERS}
        group by all having stability_index > {LARGEST_STABILITY_INDEX}
    )
"""
