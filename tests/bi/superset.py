"""What Superset's readers see of PostgreSQL and of the published file, and of the next publish.

The name keeps this file out of `make test`: `make test-bi` runs it, with Superset.
"""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from orchestration.publishing.postgres.send import send
from orchestration.publishing.publish import publish
from orchestration.settings import Settings
from tests.bi.superset_server import PROGRAMS, Superset, running
from tests.integration.conftest import Warehouse
from tests.integration.published import copy_of, published_sample
from tests.postgres_server import PostgresServer
from tests.postgres_server import running as running_postgres

NPS = {
    "expressionType": "SQL",
    "label": "NPS",
    "sqlExpression": "100.0 * (sum(positives) - sum(negatives)) / sum(answers)",
}
MONTH = {
    "columnType": "BASE_AXIS",
    "expressionType": "SQL",
    "label": "month",
    "sqlExpression": "responded_at",
    "timeGrain": "P1M",
}
PUBLISH = "select distinct publish_id from marts.publish_info"
ASK_TWICE = f"""
import sys, sqlalchemy, sqlalchemy.pool
engine = sqlalchemy.create_engine(
    f"duckdb:///{{sys.argv[1]}}",
    connect_args={{"read_only": True}},
    poolclass=getattr(sqlalchemy.pool, sys.argv[2]),
)
for _ in range(2):
    with engine.connect() as connection:
        print(connection.execute({PUBLISH!r}).scalar(), flush=True)
    input()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        server.create_login("publisher", "createrole")
        for database in ("cx", "superset"):
            server.say(f"create database {database} owner publisher")
        yield server


@pytest.fixture(scope="module")
def superset(
    tmp_path_factory: pytest.TempPathFactory, server: PostgresServer
) -> Iterator[Superset]:
    own = server.url("superset", "publisher")
    with running(tmp_path_factory.mktemp("superset"), own) as superset:
        yield superset


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, server: PostgresServer) -> Settings:
    """The sample, published as a file and to PostgreSQL, where a role of readers has a login."""
    warehouse = copy_of(published_sample(), tmp_path_factory.mktemp("sample"))
    url = SecretStr(server.url("cx", "publisher"))
    settings = Settings(home=warehouse.home, publish_postgres_url=url)
    publish_again(settings)
    server.create_login("alice", "in role cx_reader")
    return settings


@pytest.fixture(params=["PostgreSQL", "DuckDB"])
def database(
    request: pytest.FixtureRequest, superset: Superset, settings: Settings, server: PostgresServer
) -> int:
    """A database as Superset's administrator connects to it."""
    name = f"{request.param} for {request.function.__name__}"
    if request.param == "PostgreSQL":
        url = server.url("cx", "alice").replace("postgresql:", "postgresql+psycopg2:")
        return superset.add_database(name, url)
    return superset.add_database(
        name,
        f"duckdb:///{settings.published_dir / 'cx.duckdb'}",
        connect_args={"read_only": True},
    )


def publish_again(settings: Settings) -> str:
    published = publish(settings)
    assert send(settings)
    return published.publish_id


def test_tables_are_listed_with_what_they_and_their_columns_say(
    superset: Superset, database: int, settings: Settings
) -> None:
    published = Warehouse(settings.home, settings.home)
    for schema in ("marts", "bi"):
        names = published.query(
            "select table_name from information_schema.tables where table_schema = $schema",
            {"schema": schema},
        )
        assert superset.tables(database, schema) == {name for (name,) in names} != set()
    [(description,)] = published.query(
        "select comment from duckdb_tables() where table_name = 'nps_by_segment'"
    )
    of_columns = published.query(
        "select column_name, comment from duckdb_columns() where table_name = 'nps_by_segment'"
    )
    table = superset.table(database, "marts", "nps_by_segment")
    assert table["comment"] == description
    assert [(column["name"], column["comment"]) for column in table["columns"]] == of_columns


def test_a_chart_of_sums_draws_the_values_of_the_marts(
    superset: Superset, database: int, settings: Settings
) -> None:
    chart = superset.add_chart(
        superset.add_dataset(database, "bi", "answers"),
        "echarts_timeseries_line",
        columns=[MONTH],
        metrics=[NPS],
        filters=[{"col": "metric", "op": "==", "val": "nps"}],
    )
    in_mart = Warehouse(settings.home, settings.home).query(
        """
        select period_start::varchar, 100.0 * (promoters - detractors) / responses
        from marts.nps_by_segment
        where period_grain = 'month' and segment_type = 'all' and responses > 0
        """
    )
    drawn = {month_of(row["month"]): row["NPS"] for row in superset.drawn(chart)}
    assert drawn == pytest.approx(dict(in_mart))
    assert drawn


def test_a_chart_shows_the_next_publish(
    superset: Superset, database: int, settings: Settings
) -> None:
    chart = superset.add_chart(
        superset.add_dataset(database, "marts", "publish_info"), "table", columns=["publish_id"]
    )
    for _ in range(2):
        publish_id = publish_again(settings)
        assert {row["publish_id"] for row in superset.drawn(chart)} == {publish_id}


@pytest.mark.parametrize(("pool", "sees_next"), [("NullPool", True), ("QueuePool", False)])
def test_only_a_connection_that_is_not_kept_sees_the_next_file(
    pool: str, sees_next: bool, superset: Superset, settings: Settings
) -> None:
    file = settings.published_dir / "cx.duckdb"
    ask = [str(PROGRAMS / "python"), "-W", "ignore", "-c", ASK_TWICE, str(file), pool]
    before = publish_again(settings)
    pipe = subprocess.PIPE
    with subprocess.Popen(ask, stdin=pipe, stdout=pipe, text=True) as asks:
        assert asks.stdout and asks.stdout.readline().strip() == before
        after = publish_again(settings)
        second, _ = asks.communicate("\n\n")
    assert second.strip() == (after if sees_next else before)


def month_of(milliseconds: Any) -> str:
    return str(datetime.fromtimestamp(milliseconds / 1000, UTC).date())
