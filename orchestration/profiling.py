"""Profiles of what files brought, by column: what later deliveries are compared with.

`ledger.profiles` describes the rows that stand in the raw tables, one row a file and column, so
that a comparison with months of history reads no history.
"""

from collections.abc import Iterator

from orchestration.contract import Column, SourceTable
from orchestration.ledger import identifier

PROFILES = "candidate_profiles"


def profiles(table: SourceTable, rows: str) -> str:
    """Build the SELECT that profiles rows by file, in the shape of `ledger.profiles`.

    Gives `source`, `table_name`, `file`, `landing_date`, `rows`, and for each column of the
    contract `column_name`, `nulls`, `distinct_values` (estimated) and, where the contract asks for
    its distribution, `histogram`: rows by value within each group.
    """
    return f"""
        with by_file as (
            select _file as file, _landing_date as landing_date, count(*) as rows,
                [{", ".join(map(_profile, table.columns))}] as columns
            from {rows}
            group by _file, _landing_date
        )
        select '{table.source}' as source, '{table.name}' as table_name, file, landing_date, rows,
            unnest(columns, recursive := true)
        from by_file
    """


def _profile(column: Column) -> str:
    return "{" + ", ".join(f"'{name}': {value}" for name, value in _measures(column)) + "}"


def _measures(column: Column) -> Iterator[tuple[str, str]]:
    name = identifier(column.name)
    yield "column_name", f"'{column.name}'"
    yield "nulls", f"count(*) - count({name})"
    yield "distinct_values", f"least(approx_count_distinct({name}), count({name}))"
    yield "histogram", _histogram(column) or "cast(null as map(text, ubigint))"


def _histogram(column: Column) -> str | None:
    if column.distribution_within is None:
        return None
    group, name = identifier(column.distribution_within), identifier(column.name)
    return f"histogram(if({name} is null, null, concat({group}, ' ', {name})))"
