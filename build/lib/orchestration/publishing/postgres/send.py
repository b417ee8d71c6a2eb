"""Sends the publish that readers see to PostgreSQL, where they do not see it yet."""

from orchestration.publishing.marts_file import tables_of
from orchestration.publishing.postgres.arriving import arrive
from orchestration.publishing.postgres.ours import require_ours, require_reader
from orchestration.publishing.postgres.server import FILE, PostgresError, Server, connected
from orchestration.publishing.postgres.swap import swap
from orchestration.publishing.published import SCHEMA
from orchestration.settings import Settings


def send(settings: Settings) -> dict[str, int] | None:
    """Give readers of PostgreSQL what readers of the published file see.

    Returns the rows of each table; None where PostgreSQL is not set, or has this publish.

    Raises:
        PostgresError: readers of PostgreSQL keep what they had.
    """
    if not settings.publish_postgres_url:
        return None
    with connected(settings, settings.publish_postgres_url.get_secret_value()) as server:
        require_ours(server)
        if _has_it(server):
            return None
        require_reader(server)
        rows = arrive(server, tables_of(server.duckdb))
        swap(server)
    return rows


def is_behind(settings: Settings) -> bool:
    """Whether `send` has something to do, or cannot tell."""
    if not settings.publish_postgres_url:
        return False
    try:
        with connected(settings, settings.publish_postgres_url.get_secret_value()) as server:
            return not _has_it(server)
    except PostgresError:
        return True


def _has_it(server: Server) -> bool:
    table = f"{SCHEMA}.publish_info"
    if server.rows(f"select to_regclass('{table}') is null") == [(True,)]:
        return False
    seen = server.rows(f"select distinct publish_id from {table}")
    published = server.duckdb.execute(f"select distinct publish_id from {FILE}.{table}")
    return seen == published.fetchall()
