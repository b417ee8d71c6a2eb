"""What the report tells beside metrics and segments: money, the publish and its sources."""

from typing import Any

import duckdb

from orchestration.text import printable

_FOLDER = "replace(regexp_replace(source_table, '^raw_', ''), '.', '/')"


def read_currency(connection: duckdb.DuckDBPyConnection) -> str:
    """The reporting currency; in words where no order tells it."""
    try:
        rows = connection.execute("select max(reporting_currency) from marts.fct_orders").fetchall()
    except duckdb.CatalogException:
        rows = [(None,)]
    return printable(rows[0][0] or "in the reporting currency")


def read_publish(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Which publish it is, and up to when its data go."""
    rows = connection.execute(
        """
        select
            any_value(publish_id), strftime(any_value(published_at), '%Y-%m-%d %H:%M'),
            any_value(code_version), max(newest_landing_date)::varchar
        from marts.publish_info
        """
    ).fetchall()
    return dict(zip(("id", "at", "code", "until"), rows[0], strict=True))


def read_sources(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What is to be known of each source that is not fresh or not whole, by its files' folder."""
    rows = connection.execute(
        f"""
        select
            {_FOLDER} as files,
            concat_ws(
                ', ',
                case freshness
                    when 'stale' then 'nothing delivered for too long'
                    when 'stale_events' then 'nothing newer in what was delivered'
                    when 'fresh' then null
                    else replace(freshness, '_', ' ')
                end,
                if(rows_quarantined > 0, rows_quarantined || ' rows in quarantine', null),
                if(files_outside > 0, files_outside || ' files outside', null)
            ) as state
        from marts.publish_info
        where freshness <> 'fresh' or rows_quarantined > 0 or files_outside > 0
        """
    ).fetchall()
    return dict(rows)


def read_empty_sources(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The sources of which no row is loaded, by their files' folder."""
    rows = connection.execute(
        f"select {_FOLDER} from marts.publish_info where rows = 0 order by source_table"
    ).fetchall()
    return [folder for (folder,) in rows]
