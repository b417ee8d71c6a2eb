"""Marts made by hand, as far as the report needs them, and their publish with its report."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from orchestration.contract import source_tables
from orchestration.loading.ledger import create_tables
from orchestration.publishing.publish import publish
from orchestration.reporting import add_report
from orchestration.settings import Settings
from orchestration.warehouse import connect
from tests.registries import DIM_METRICS

_MARTS = """
create schema marts;
create table marts.metric_values (
    period_grain varchar, period_start date, segment_type varchar, segment varchar,
    metric varchar, value double, numerator double, denominator double, value_se double,
    ci_low double, ci_high double, target double, status varchar, is_reportable boolean
);
create table marts.dim_segment_types (segment_type varchar, label varchar, is_shown boolean);
insert into marts.dim_segment_types values ('plan', 'Plan', true), ('secret', 'Secret', false);
insert into raw_survey.responses by name
select 'r' as response_id, date '2024-04-10' as _landing_date;
"""

_INSERT = """
insert into marts.metric_values (
    period_grain, period_start, segment_type, segment, metric, value, ci_low, ci_high,
    denominator, status
) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'no_target')
"""

Value = tuple[str, str | None, str, str, str, float | None, float | None, float | None, int | None]

OVERALL: list[Value] = [
    ("month", "2024-02-01", "all", "all", "nps", 21.25, 11.5, 31.75, 300),
    ("month", "2024-03-01", "all", "all", "nps", 33.25, 23.5, 43.75, 1324),
    ("month", "2024-04-01", "all", "all", "nps", -77.25, -80, -70, 50),
    ("quarter", "2023-10-01", "all", "all", "nps", 25.25, 20.5, 30.75, 1800),
    ("quarter", "2024-01-01", "all", "all", "nps", 27.25, 21.5, 32.75, 2000),
]


def by_plan(plan: str, value: float | None, n: int, month: str | None = None) -> Value:
    """The NPS of a plan in a month, or else in the first quarter of 2024, give or take 5."""
    low, high = (None, None) if value is None else (value - 5, value + 5)
    period = ("month", month) if month else ("quarter", "2024-01-01")
    return (*period, "plan", plan, "nps", value, low, high, n)


PLANS = [by_plan("basic", 15.25, 1200), by_plan("pro", 42.25, 790), by_plan("team", None, 9)]


def home_with_marts(home: Path) -> Settings:
    """A home with empty marts, and files that landed up to 10 April 2024."""
    settings = Settings(home=home)
    with connect(settings) as warehouse:
        for table in source_tables():
            create_tables(warehouse, table)
        warehouse.execute(_MARTS)
        warehouse.execute(DIM_METRICS)
    return settings


def publish_report(
    settings: Settings,
    values: Sequence[Value],
    *statements: str,
    complete: Callable[[Path], None] = add_report,
) -> Path:
    """Publish these metric values, after the statements, and give the folder of the report."""
    with connect(settings) as warehouse:
        for value in values:
            warehouse.execute(_INSERT, value)
        for statement in statements:
            warehouse.execute(statement)
    publish(settings, complete=complete)
    return settings.published_dir / "report"


def data_of(page: Path) -> dict[str, Any]:
    """What a page has its charts draw."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text())
    assert found, page
    data: dict[str, Any] = json.loads(found[1])
    return data


def rows_of(table: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    """Rows of a page's table, with the columns named."""
    columns = {column["name"]: column for column in table["columns"]}

    def values(name: str) -> list[Any]:
        levels = columns[name].get("levels")
        coded: list[Any] = columns[name]["values"]
        return [None if at == -1 else levels[at] for at in coded] if levels is not None else coded

    return list(zip(*map(values, names), strict=True))
