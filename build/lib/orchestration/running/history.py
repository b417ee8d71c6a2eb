"""What a home keeps of its runs: of each 26 MB, in Dagster and beside it."""

import dagster as dg

from orchestration.settings import Settings

KEPT = 50


def forget_old_runs(instance: dg.DagsterInstance, settings: Settings) -> None:
    """Delete events, output and logs of all runs but the newest; which days were loaded stays."""
    newest = [record.dagster_run.run_id for record in instance.get_run_records(limit=KEPT)]
    if len(newest) == KEPT:
        for record in instance.get_run_records(cursor=newest[-1]):
            run_id = record.dagster_run.run_id
            instance.compute_log_manager.delete_logs(prefix=[run_id])
            instance.delete_run(run_id)
    for log in sorted(settings.log_dir.glob("run-*.log"))[:-KEPT]:
        log.unlink()
