"""Every metric gives the numbers that were worked by hand or published."""

import subprocess
import sys
from pathlib import Path

from orchestration.settings import DBT_PROJECT_DIR
from tests.integration.conftest import Warehouse, land


def test_models_match_their_worked_numbers(warehouse: Warehouse) -> None:
    land(warehouse.landing, "survey/responses/2026-01-31.csv", "response_id\n")
    warehouse.run()
    done = subprocess.run(
        [Path(sys.executable).parent / "dbt", "test", "--select", "test_type:unit"],
        cwd=DBT_PROJECT_DIR,
        env=warehouse.environment | {"CX_WAREHOUSE_FILE": str(warehouse.home / "warehouse.duckdb")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "PASS=" in done.stdout
