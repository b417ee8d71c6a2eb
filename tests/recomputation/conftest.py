"""One small sample, run through the real job, and its landing files as data frames."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd  # type: ignore[import-untyped]
import pytest

from tests.integration.conftest import Warehouse
from tests.integration.published import published_sample
from tests.recomputation.subscriptions import Subscription, subscriptions_by_customer

READERS = {
    "csv": "read_csv({files}, all_varchar = true, union_by_name = true, filename = '_file')",
    "jsonl": "read_json({files}, union_by_name = true, filename = '_file')",
    "parquet": "read_parquet({files}, union_by_name = true, filename = '_file')",
}


@pytest.fixture(scope="session")
def sample() -> Warehouse:
    """A published warehouse of 300 customers over 200 days and some others: to be read only."""
    return published_sample()


def published_by(warehouse: Warehouse) -> Callable[[str], pd.DataFrame]:
    """Ask a published file: dates are `datetime64`, missing numbers NaN."""

    def ask(sql: str) -> pd.DataFrame:
        file = warehouse.home / "published" / "cx.duckdb"
        with duckdb.connect(file, read_only=True) as connection:
            return connection.execute(sql).df()

    return ask


def landed_in(warehouse: Warehouse) -> Callable[[str], pd.DataFrame]:
    """Rows of a landed table such as `survey/responses`, each value as text, None where null.

    In the order of their files, so that of rows with one key the last counts; repeats and dirt
    are still in it.
    """

    def read(table: str) -> pd.DataFrame:
        files = sorted(str(file) for file in (warehouse.landing / table).iterdir())
        reader = READERS[Path(files[0]).name.split(".")[1]].format(files=files)
        return duckdb.sql(f"select columns(*)::text from {reader} order by _file").df()

    return read


@pytest.fixture(scope="session")
def published(sample: Warehouse) -> Callable[[str], pd.DataFrame]:
    """Ask what the sample published."""
    return published_by(sample)


@pytest.fixture(scope="session")
def landed(sample: Warehouse) -> Callable[[str], pd.DataFrame]:
    """Rows of a landed table of the sample."""
    return landed_in(sample)


@pytest.fixture(scope="session")
def last_month(landed: Callable[[str], pd.DataFrame]) -> pd.Period:
    """The last month that the subscriptions' files cover to its end."""
    files = landed("crm/subscriptions")["_file"]
    landing = pd.to_datetime(files.str.extract(r"(\d{4}-\d{2}-\d{2})")[0]).max()
    return (landing + pd.Timedelta(days=1)).to_period("M") - 1


@pytest.fixture(scope="session")
def subscribers(landed: Callable[[str], pd.DataFrame]) -> dict[str, list[Subscription]]:
    """Each customer's subscriptions."""
    return subscriptions_by_customer(landed)
