"""Every metric gives the numbers that were worked by hand or published."""

from pathlib import Path

from tests.integration.published import copy_of, published_sample
from tests.integration.starting import run_dbt


def test_models_match_their_worked_numbers(tmp_path: Path) -> None:
    """Of the warehouse they read the columns of tables alone."""
    warehouse = copy_of(published_sample(), tmp_path)
    done = run_dbt(("test", "--select", "test_type:unit"), warehouse.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS=" in done.stdout
