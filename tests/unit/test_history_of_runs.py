"""A home keeps its newest runs, and of the others which days they loaded."""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.running import history
from orchestration.running.environment import export_environment
from orchestration.running.history import forget_old_runs
from orchestration.settings import Settings

DAYS = ["2026-01-01", "2026-01-02", "2026-01-03"]


@dg.asset(
    partitions_def=dg.StaticPartitionsDefinition(DAYS),
    check_specs=[dg.AssetCheckSpec("c", asset="raw")],
)
def raw() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


@dg.asset(deps=[raw], partitions_def=None)
def mart() -> None:
    pass


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    before = dict(os.environ)
    os.environ["CX_HOME"] = str(tmp_path / "home")
    settings = Settings()
    export_environment(settings)
    yield settings
    os.environ.clear()
    os.environ |= before


def test_only_the_newest_runs_stay_and_all_days_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "KEPT", 2)
    settings.log_dir.mkdir()
    with dg.DagsterInstance.get() as instance:
        dg.materialize([mart], selection=[mart], instance=instance)
        for day in DAYS:
            (settings.log_dir / f"run-{day}.log").touch()
            done = dg.materialize([raw], partition_key=day, instance=instance)
            assert done.success
        runs = [record.dagster_run.run_id for record in instance.get_run_records()]
        index = Path(os.environ["DAGSTER_HOME"], "history", "runs")
        forget_old_runs(instance, settings)
        assert [record.dagster_run.run_id for record in instance.get_run_records()] == runs[:2]
        shards = {file.name.split(".")[0] for file in index.glob("*.db")}
        assert shards == {*runs[:2], "index"}
        check = dg.AssetCheckKey(raw.key, "c")
        asked, _ = instance.event_log_storage.get_asset_check_execution_history(check, limit=9)
        assert asked.run_id == runs[0]
        assert instance.get_materialized_partitions(raw.key) == set(DAYS)
        assert instance.get_latest_materialization_event(mart.key) is not None
        forget_old_runs(instance, settings)
    assert [log.name for log in sorted(settings.log_dir.iterdir())] == [
        "run-2026-01-02.log",
        "run-2026-01-03.log",
    ]
    kept = {folder.name for folder in Path(os.environ["DAGSTER_HOME"], "storage").iterdir()}
    assert not kept & set(runs[2:])
