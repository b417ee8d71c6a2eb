"""The days that arrived are partitions of the raw assets; chosen ones load again in one run."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.contract import source_tables
from tests.integration.conftest import Warehouse, land
from tests.integration.slim import LANDED, slim_project
from tests.integration.starting import run_dagster

RESPONSES = dg.AssetKey(["raw_survey", "responses"])
WITHDRAWN = "survey/responses/2026-01-31.csv"
LOADS = """
    select file, count(*) from ledger.files where status = 'loaded' group by file order by file
"""
RAW = "select response_id from raw_survey.responses order by all"
PUBLISHED = f"select landed_rows from marts.{LANDED} where source_table = 'raw_survey.responses'"


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """A home that was never run."""
    return Warehouse(tmp_path / "home", tmp_path / "landing", slim_project(tmp_path / "project"))


def deliver(warehouse: Warehouse, name: str, day: str) -> None:
    header = "response_id,instrument_id,customer_id,responded_at,score"
    answer = f"{name},nps_relationship,c1,{day},9"
    land(warehouse.landing, f"survey/responses/{name}.csv", f"{header}\n{answer}\n")


def load_again(warehouse: Warehouse, first: str, last: str) -> None:
    """Run the daily job with the tags that the UI gives a run of some days."""
    days = {
        "dagster/asset_partition_range_start": first,
        "dagster/asset_partition_range_end": last,
    }
    job = ("job", "execute", "-m", "orchestration.definitions", "-j", "daily")
    arguments = (*job, "--tags", json.dumps(days))
    done = run_dagster(arguments, warehouse.project, warehouse.environment)
    assert done.returncode == 0, done.stdout + done.stderr


def days_shown(warehouse: Warehouse) -> dict[str | None, dict[str, Any]]:
    """What the UI shows of each day of the answers, and under None of the table."""
    with warehouse.dagster() as instance:
        found = instance.fetch_materializations(RESPONSES, limit=1_000, ascending=True).records
    return {
        record.partition_key: {
            name: value.value for name, value in record.asset_materialization.metadata.items()
        }
        for record in found
        if record.asset_materialization
    }


def test_days_arrive_and_are_loaded_again_while_others_wait(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    for day in ("2026-01-30", "2026-01-31", "2026-02-03"):
        deliver(warehouse, day, day)
    deliver(warehouse, "undated", "2026-02-01")
    land(warehouse.landing, "survey/responses/2026-02-04.csv", "no,key\n1,2\n")
    assert f"load        {len(source_tables())} tables, 4 rows" in warehouse.run()
    today = datetime.now(UTC).date().isoformat()
    shown = days_shown(warehouse)
    assert shown.keys() == {"2026-01-30", "2026-01-31", "2026-02-03", today, None}
    assert shown[None]["dagster/row_count"] == 4
    assert shown["2026-01-30"]["rows_loaded"] == 1

    (warehouse.landing / "survey/responses/2026-02-04.csv").unlink()
    assert warehouse.cx("withdraw", WITHDRAWN).returncode == 0
    deliver(warehouse, "2026-01-12", "2026-01-12")
    deliver(warehouse, "2026-02-20", "2026-02-20")
    load_again(warehouse, "2026-01-01", "2026-01-31")
    assert warehouse.query(PUBLISHED) == [(4,)]
    assert warehouse.query_private(RAW) == [
        ("2026-01-12",),
        ("2026-01-30",),
        ("2026-02-03",),
        ("undated",),
    ]
    assert warehouse.query_private(LOADS) == [
        ("survey/responses/2026-01-12.csv", 1),
        ("survey/responses/2026-01-30.csv", 2),
        (WITHDRAWN, 1),
        ("survey/responses/2026-02-03.csv", 1),
        ("survey/responses/undated.csv", 1),
    ]
    shown = days_shown(warehouse)
    assert shown["2026-01-12"]["rows_loaded"] == 1
    assert shown["2026-01-13"]["files_loaded"] == 0
    assert "2026-02-20" not in shown

    warehouse.run()
    (warehouse.landing / WITHDRAWN).unlink()
    refreshed = Warehouse(tmp_path / "refreshed", warehouse.landing, warehouse.project)
    refreshed.run()
    assert warehouse.tables() == refreshed.tables()
    assert warehouse.query(PUBLISHED) == [(5,)]
