"""The last complete run: what it read, what it published, and whether another would do the same."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from orchestration.loading.freshness import source_states
from orchestration.publishing.published import FILE_NAME, REPORT_NAME, current_id, freshness
from orchestration.reading.connectors import systems
from orchestration.running.inputs import digest
from orchestration.settings import Settings
from orchestration.warehouse import connect


@dataclass(frozen=True)
class Completed:
    """A run that ended in a publish: its inputs, lines of the ledger after it, and its warnings."""

    publish_id: str
    inputs: str
    ledger_lines: int
    warnings: list[str]


def keep(settings: Settings, inputs: str, warnings: Sequence[str]) -> None:
    """Remember that a run of these inputs published what readers see."""
    publish_id = current_id(settings.published_dir) or ""
    with connect(settings, read_only=True) as connection:
        completed = Completed(publish_id, inputs, _ledger_lines(connection), list(warnings))
    with suppress(OSError):  # the next run then does all anew
        _file(settings).write_text(json.dumps(asdict(completed)), encoding="utf-8")


def unchanged(settings: Settings) -> Completed | None:
    """The last complete run, where one of now would publish the same; None where it might not.

    Not the same is what another landing zone, code, setting or package may give, what was withdrawn
    or requeued or rolled back since, and a source that has become stale. What a connector would
    bring nobody knows before it is asked.
    """
    if systems():
        return None
    try:
        completed = Completed(**json.loads(_file(settings).read_text(encoding="utf-8")))
        if not _is_seen_whole(settings.published_dir, completed.publish_id):
            return None
        with connect(settings, read_only=True) as connection:
            ledger_lines = _ledger_lines(connection)
            fresh = {source.source_table: source.freshness for source in source_states(connection)}
        is_told = fresh == freshness(settings.published_dir)
    except (OSError, ValueError, TypeError, duckdb.Error):
        return None
    is_same = ledger_lines == completed.ledger_lines and digest(settings) == completed.inputs
    return completed if is_same and is_told else None


def _is_seen_whole(published_dir: Path, publish_id: str) -> bool:
    latest = (published_dir / "latest").resolve()
    return (
        current_id(published_dir) == publish_id == latest.name
        and (latest / FILE_NAME).exists()
        and (published_dir / REPORT_NAME).exists()
    )


def _ledger_lines(connection: duckdb.DuckDBPyConnection) -> int:
    """Lines are only ever added."""
    return int(connection.execute("select count(*) from ledger.files").fetchall()[0][0])


def _file(settings: Settings) -> Path:
    return settings.home_dir / "completed.json"
