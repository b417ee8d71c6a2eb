"""What monitoring asks of a home, as a text file that the node exporter of Prometheus reads."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.publishing.published import FILE_NAME, SCHEMA
from orchestration.settings import Settings

_RUN = """\
# HELP cx_run_ended_timestamp_seconds When the last run ended, or said that nothing is new.
# TYPE cx_run_ended_timestamp_seconds gauge
cx_run_ended_timestamp_seconds {ended}
# HELP cx_run_failures Reasons why it failed; 0 where all went well.
# TYPE cx_run_failures gauge
cx_run_failures {failures}
# HELP cx_run_phase_seconds How long each phase of it took; none where nothing was new.
# TYPE cx_run_phase_seconds gauge
"""
_HELP = {
    "cx_published_timestamp_seconds": "When what readers see was published.",
    "cx_source_rows": "Rows of a source table, all versions.",
    "cx_source_is_fresh": "1 where it came in time and is of new events, else 0; none while empty.",
    "cx_source_newest_event_timestamp_seconds": "When its newest event happened.",
    "cx_source_files_outside": "Files that came and are not in.",
    "cx_source_rows_quarantined": "Rows that came and are not in.",
}
_SOURCES = f"""
with states as (
    select
        source_table,
        epoch(published_at) as cx_published_timestamp_seconds,
        rows as cx_source_rows,
        case when freshness <> 'empty' then (freshness = 'fresh')::int end as cx_source_is_fresh,
        epoch(newest_event_at) as cx_source_newest_event_timestamp_seconds,
        files_outside as cx_source_files_outside,
        rows_quarantined as cx_source_rows_quarantined
    from {SCHEMA}.publish_info
)
select source_table, name, value
from (unpivot states on columns(* exclude source_table)::double into name name value value)
where
    name <> 'cx_published_timestamp_seconds'
    or source_table = (select min(source_table) from states)
order by all
"""


def write_metrics(
    settings: Settings, failures: int, seconds: Mapping[str, float], file: Path
) -> None:
    """Write how the last run ended and what is published, in place of the file before.

    Args:
        settings: whose run it was.
        failures: how many reasons it failed for.
        seconds: how long each of its phases took.
        file: where to write.

    Raises:
        OSError: it cannot be written.
    """
    building = file.with_name(f".{file.name}.building")
    building.write_text("".join(_lines(settings, failures, seconds)), encoding="utf-8")
    building.chmod(0o644)  # the exporter is another user
    building.replace(file)


def _lines(settings: Settings, failures: int, seconds: Mapping[str, float]) -> Iterator[str]:
    yield _RUN.format(ended=int(datetime.now(UTC).timestamp()), failures=failures)
    for phase, taken in seconds.items():
        yield f'cx_run_phase_seconds{{phase="{phase}"}} {taken:.3f}\n'
    published = _published(settings.published_dir / FILE_NAME)
    for name, help_ in _HELP.items():
        yield f"# HELP {name} {help_}\n# TYPE {name} gauge\n"
        for table, of, value in published:
            label = "" if name.startswith("cx_published") else f'{{source="{_escaped(table)}"}}'
            if of == name:
                yield f"{name}{label} {value:.15g}\n"


def _published(file: Path) -> list[tuple[str, str, float]]:
    """Values by source table and name; none where nothing is published that can be read."""
    try:
        with duckdb.connect(file, read_only=True) as connection:
            return connection.execute(_SOURCES).fetchall()
    except duckdb.Error:
        return []


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
