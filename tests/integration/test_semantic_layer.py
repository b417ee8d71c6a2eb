"""MetricFlow, asked over what is published, says what the marts say."""

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.integration.conftest import Warehouse
from tests.integration.published import copy_of, published_sample

BIN = Path(sys.executable).parent
# It asks the registry of packages for its newest version; not from here.
NOBODY = {
    "https_proxy": "http://127.0.0.1:9",
    "DBT_PROFILES_DIR": ".",
    "DBT_TARGET_PATH": "target",  # not that of whatever ran in this process before
    "DO_NOT_TRACK": "1",
}
Value = tuple[date, str, float | None]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A published sample with its project of MetricFlow, read by dbt."""
    warehouse = copy_of(published_sample(), tmp_path_factory.mktemp("semantic"))
    written = warehouse.cx("semantic")
    assert written.returncode == 0, written.stdout + written.stderr
    assert "nps" in written.stdout
    say(warehouse, "dbt", "parse", "--quiet")
    return warehouse


def say(warehouse: Warehouse, program: str, *arguments: str) -> None:
    done = subprocess.run(
        [BIN / program, *arguments],
        cwd=warehouse.home / "semantic",
        env=warehouse.environment | NOBODY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def asked(warehouse: Warehouse, metric: str, group_by: str) -> list[Value]:
    """Values by month and plan, as `mf query` writes them."""
    file = warehouse.home / "values.csv"
    by = f"{group_by}__plan,metric_time__month"
    say(warehouse, "mf", "query", "--metrics", metric, "--group-by", by, "--csv", str(file))
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = (
        (date.fromisoformat(row["metric_time__month"][:10]), row[f"{group_by}__plan"], row[metric])
        for row in rows
    )
    return sorted((month, plan, float(value)) for month, plan, value in found if value)


@pytest.mark.parametrize(("metric", "group_by"), [("nps", "customer"), ("reopen_rate", "ticket")])
def test_its_metrics_are_those_of_the_marts(
    warehouse: Warehouse, metric: str, group_by: str
) -> None:
    wanted = warehouse.query(
        """
        select period_start, segment, value from marts.metric_values
        where metric = $metric and segment_type = 'plan' and period_grain = 'month'
            and value is not null
        order by period_start, segment
        """,
        {"metric": metric},
    )
    found = asked(warehouse, metric, group_by)
    assert [value[:2] for value in found] == [value[:2] for value in wanted]
    assert [value[2] for value in found] == pytest.approx([value[2] for value in wanted])
    assert len(found) > 3
