"""Tables with a `landed_on` date become landing files, one a month."""

from datetime import date
from pathlib import Path

import duckdb

from orchestration.contract import SourceTable, source_tables

_FORMATS = {
    "crm/accounts": "jsonl",
    "crm/customers": "csv",
    "crm/subscriptions": "csv",
    "crm/follow_ups": "csv.gz",
    "experiments/assignments": "csv",
    "experiments/experiments": "csv",
    "experiments/outcomes": "csv.gz",
    "orders/orders": "csv.zst",
    "orders/items": "parquet",
    "survey/instruments": "jsonl",
    "survey/responses": "jsonl",
    "survey/invitations": "csv.zst",
    "tickets/tickets": "jsonl.zst",
    "tickets/events": "parquet",
    "tickets/agents": "csv",
    "tickets/calls": "csv",
    "voice/reviews": "jsonl",
    "voice/mentions": "jsonl.gz",
    "voice/competitor_mentions": "csv.gz",
    "voice/posts": "csv",
    "voice/notes": "jsonl",
    "web/events": "parquet",
}
# Dictionaries of ids save no space; to stop trying early takes a fifth off the writing.
_OPTIONS = {
    "csv": "format csv, header",
    "csv.gz": "format csv, header, compression gzip",
    "csv.zst": "format csv, header, compression zstd",
    "jsonl": "format json",
    "jsonl.gz": "format json, compression gzip",
    "jsonl.zst": "format json, compression zstd",
    "parquet": "format parquet, dictionary_size_limit 10000",
}


def sampled_tables() -> list[SourceTable]:
    """Tables of the contract that the sample has rows for; others may have been added to it."""
    return [table for table in source_tables() if path_of(table) in _FORMATS]


def path_of(table: SourceTable) -> str:
    """`source/table`, as in the landing zone."""
    return f"{table.source}/{table.name}"


def file_of(out: Path, path: str, landed_on: date) -> Path:
    """The file of a table that lands on a date."""
    return out / path / f"{landed_on.isoformat()}.{_FORMATS[path]}"


def write(connection: duckdb.DuckDBPyConnection, table: SourceTable, out: Path) -> int:
    """Write a table's files, each in the order of the key.

    Without the order the number of threads would show in where row groups of Parquet begin.

    Returns:
        The number of rows written.
    """
    path, name = path_of(table), f"{table.source}.{table.name}"
    (out / path).mkdir(parents=True)
    counts = connection.execute(
        f"select landed_on, count(*) from {name} group by landed_on order by landed_on"
    ).fetchall()
    for landed_on, _ in counts:
        connection.execute(
            f"""
            copy (
                select * exclude (landed_on) from {name}
                where landed_on = $landed_on order by {", ".join(table.key_columns)}
            ) to $file ({_OPTIONS[_FORMATS[path]]})
            """,
            {"landed_on": landed_on, "file": str(file_of(out, path, landed_on))},
        )
    return sum(rows for _, rows in counts)
