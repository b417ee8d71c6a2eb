"""The suite of contacts: sound rows pass, each check fails on what it is there for."""

from collections.abc import Iterator

import duckdb
import pytest

from expectations import guarded_tables
from expectations.validate import validate

pytestmark = pytest.mark.slow

TABLE = "marts.fct_interactions"
GOOD = ("ticket:1", "c", "support", 6, "2026-01-31 23:59:59", "2026-01-01")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with one customer and one contact."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            create schema marts;
            create table marts.dim_customers as select 'c' as customer_id;
            create table {TABLE} (
                interaction_id text, customer_id text, stage text, stage_order integer,
                occurred_at timestamp, event_month date
            )
            """
        )
        insert(connection, GOOD)
        yield connection


def insert(connection: duckdb.DuckDBPyConnection, row: tuple[object, ...]) -> None:
    connection.execute(f"insert into {TABLE} values (?, ?, ?, ?, ?, ?)", row)


def failures(connection: duckdb.DuckDBPyConnection) -> set[str]:
    results = validate(connection, TABLE, guarded_tables("marts")[TABLE])
    return {result.name for result in results if not result.passed}


@pytest.mark.parametrize(
    ("row", "check"),
    [
        (("ticket:2", *GOOD[1:]), None),
        (("answer:1", "c", None, None, *GOOD[4:]), None),
        (("ticket:2", "c", "support", 5, *GOOD[4:]), "a_stage_has_one_place"),
        (("ticket:2", *GOOD[1:4], "2026-02-01", GOOD[5]), "contacts_lie_in_their_month"),
        (("ticket:2", "d", *GOOD[2:]), "contacts_are_of_known_customers"),
    ],
)
def test_a_contact_beside_a_sound_one(
    connection: duckdb.DuckDBPyConnection, row: tuple[object, ...], check: str | None
) -> None:
    insert(connection, row)
    assert failures(connection) == ({check} if check else set())
