"""Profiles of event days: what a delivery brings of each, and what stood of the days before.

A day is that of the event, as the contract names its time; of rows without one, the landing date.
So a day is compared with days, however many of them a file holds.
"""

import duckdb

from expectations.history import HISTORY_DAYS, LEAST_HISTORY_DAYS
from orchestration.contract import Column, SourceTable
from orchestration.loading.ledger import raw_name
from orchestration.sql import identifier

# What came and what is known.
SIDES = ("came", "known")


def profile(connection: duckdb.DuckDBPyConnection, table: SourceTable, candidates: str) -> None:
    """Profile candidate rows and the days before theirs in the raw table, as temporary tables.

    `came_days` and `known_days` have `day` and `rows`, of known days also `first_rows`, on their
    first landing date. `newest_days` has the newest day that is `known`, and that `came`; none
    lies after its loading. Where enough days are known, `came_profiles` and `known_profiles` have,
    for each day and `column_name`, `rows`, `nulls`, `valued` (the others), `distinct_values`, and
    rows of the `most_common` value; and `came_answers` and `known_answers`, of columns whose
    distribution the contract asks for, `n` for each `day`, `column_name`, `answers_to`, `answer`.
    """
    day = f"cast({identifier(table.event_time)} as date)" if table.event_time else "_landing_date"
    other_files = "_file not in (select file from candidate_files)"
    connection.execute(
        f"""
        create or replace temp table came_days as
        select {day} as day, count(*) as rows from {candidates}
        where {day} <= _loaded_at group by all;

        create or replace temp table known_days as
        select day, sum(n)::bigint as rows, first(n order by _landing_date) as first_rows from (
            select {day} as day, _landing_date, count(*) as n from {raw_name(table)}
            where {day} in (
                select day - days_ago::integer
                from came_days cross join range({HISTORY_DAYS + 1}) as days(days_ago)
            ) and {other_files}
            group by all
        ) group by day;

        create or replace temp table newest_days as
        select (select max(day) from came_days) as came, max({day}) as known
        from {raw_name(table)} where {day} <= _loaded_at and {other_files};

        create or replace temp table compared_days as
        select came_days.day, known_days.day as day_before
        from came_days inner join known_days
            on known_days.day between came_days.day - {HISTORY_DAYS} and came_days.day - 1
        qualify count(*) over (partition by came_days.day) >= {LEAST_HISTORY_DAYS};

        create or replace temp view came_rows as
        select *, {day} as _day from {candidates}
        where {day} in (select day from compared_days);

        create or replace temp view known_rows as
        select *, {day} as _day from {raw_name(table)}
        where {day} in (select day_before from compared_days) and {other_files};
        """
    )
    for side in SIDES:
        for name, selects in (
            ("profiles", [_profile(column, side) for column in table.columns]),
            ("answers", [_answers(c, side) for c in table.columns if c.distribution_within]),
        ):
            if selects:
                query = " union all ".join(selects)
                connection.execute(f"create or replace temp table {side}_{name} as {query}")


def _profile(column: Column, side: str) -> str:
    return f"""
        select _day as day, '{column.name}' as column_name, sum(n)::bigint as rows,
            coalesce(sum(n) filter (value is null), 0)::bigint as nulls,
            (sum(n) - nulls)::bigint as valued, count(value) as distinct_values,
            coalesce(max(n) filter (value is not null), 0) as most_common
        from (
            select _day, {identifier(column.name)} as value, count(*) as n
            from {side}_rows group by all
        ) group by all
    """


def _answers(column: Column, side: str) -> str:
    name = identifier(column.name)
    return f"""
        select _day as day, '{column.name}' as column_name,
            cast({identifier(str(column.distribution_within))} as text) as answers_to,
            cast({name} as text) as answer, count(*) as n
        from {side}_rows where {name} is not null group by all
    """
