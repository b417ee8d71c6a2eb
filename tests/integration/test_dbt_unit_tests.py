"""Every metric gives the numbers that were worked by hand or published."""

import subprocess
import sys
from pathlib import Path

from orchestration.settings import DBT_PROJECT_DIR
from tests.integration.published import copy_of, published_sample


def test_models_match_their_worked_numbers(tmp_path: Path) -> None:
    """Of the warehouse they read the columns of tables alone."""
    warehouse = copy_of(published_sample(), tmp_path)
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
