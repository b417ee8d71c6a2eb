"""What the checks of the last runs found, out of Dagster's event log."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import dagster as dg

from orchestration.publishing.quality_tables import CheckedTable

# Reading the checks of one run takes 0.3 s.
KEPT_RUNS = 3
# Metadata of a check: what to do, how many rows fail, and when one that stands was made.
REMEDY = "remedy"
FAILED_ROWS = "failed_rows"
STANDS_SINCE = "stands_since"

_NOT_BEGUN = {dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED}


def stands_since(at: datetime) -> dict[str, dg.MetadataValue]:
    """What tells of a table or a check that it stands since an instant in UTC."""
    return {STANDS_SINCE: dg.MetadataValue.timestamp(at.replace(tzinfo=UTC))}


def stops(check: dg.AssetCheckEvaluation) -> bool:
    """Whether nothing below may run once the check has failed."""
    return bool(check.blocking) and check.severity == dg.AssetCheckSeverity.ERROR


def finding(check: dg.AssetCheckEvaluation) -> str:
    """What a failed check found, in one line."""
    failed_rows = check.metadata.get(FAILED_ROWS)
    found = check.description or (f"{failed_rows.value} rows fail" if failed_rows else "fails")
    return "; ".join(found.splitlines()).rstrip(".")


def own_remedy(check: dg.AssetCheckEvaluation) -> str | None:
    """What a check itself says to do, where the remedy depends on what it found."""
    remedy = check.metadata.get(REMEDY)
    return remedy.text if isinstance(remedy, dg.TextMetadataValue) else None


def last_runs(instance: dg.DagsterInstance, limit: int = KEPT_RUNS) -> list[dg.RunRecord]:
    """The newest runs of the daily job that have begun, also one at work, the newest first."""
    begun = dg.RunsFilter(job_name="daily", statuses=[*set(dg.DagsterRunStatus) - _NOT_BEGUN])
    return list(instance.get_run_records(begun, limit=limit))


class Checked(NamedTuple):
    """What a check found: when, in UTC, and in which step of the run."""

    at: datetime
    step: str
    check: dg.AssetCheckEvaluation


def checks_of(instance: dg.DagsterInstance, run_id: str) -> Iterator[Checked]:
    """What each check of a run found."""
    kind = dg.DagsterEventType.ASSET_CHECK_EVALUATION
    for entry in instance.all_logs(run_id, of_type=kind):
        event = entry.get_dagster_event()
        check = event.asset_check_evaluation_data
        since = check.metadata.get(STANDS_SINCE)
        made = since.value if isinstance(since, dg.TimestampMetadataValue) else entry.timestamp
        at = datetime.fromtimestamp(made, UTC).replace(tzinfo=None)
        yield Checked(at, event.step_key or "", check)


def checked_tables(instance: dg.DagsterInstance) -> list[CheckedTable]:
    """Every check of the last runs."""
    return [
        _checked_table(record.dagster_run.run_id, found.at, found.check)
        for record in last_runs(instance)
        for found in checks_of(instance, record.dagster_run.run_id)
    ]


def _checked_table(run_id: str, at: datetime, check: dg.AssetCheckEvaluation) -> CheckedTable:
    schema, *_ = check.asset_key.path
    found = {name: value.value for name, value in check.metadata.items()}
    failed_rows = found.get(FAILED_ROWS)
    samples = found.get("samples")
    return CheckedTable(
        run_id=run_id,
        checked_at=at,
        layer=schema.split("_")[0],
        table_name=".".join(check.asset_key.path),
        check_name=check.check_name,
        is_blocking=stops(check),
        passed=check.passed,
        failed_rows=failed_rows if isinstance(failed_rows, int) else None,
        sampled_keys=[str(sample) for sample in samples] if isinstance(samples, list) else [],
        message="" if check.passed else finding(check),
    )
