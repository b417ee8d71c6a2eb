"""What somebody is told of: failed runs, files outside, silent sources, targets, real changes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import duckdb

from orchestration.contract import SourceTable, source_tables
from orchestration.loading.freshness import SourceState, source_states
from orchestration.loading.ledger import KnownFile, known_files
from orchestration.owners import owners
from orchestration.publishing.published import FILE_NAME
from orchestration.reporting.changes import real_changes
from orchestration.reporting.figures import segment_types_with_targets
from orchestration.reporting.headline import Headline, read_headlines
from orchestration.reporting.metrics import read_metrics
from orchestration.settings import Settings
from orchestration.warehouse import connect

_SILENT = {
    "stale": "nothing was delivered for longer than its contract allows",
    "stale_events": "deliveries come, but without newer events",
}
_OUTSIDE = "outside"
# Of changes that are none so many are called real.
_LEVEL = 0.05


class Cause(NamedTuple):
    """What is told once while it lasts: its key stays the same while counts and times move.

    Causes of one sentence are told together, which names what each is of. Without a sentence nobody
    could look: all whose key begins so stays told to who was told of it.
    """

    key: str
    sentence: str | None = None
    of: str = ""


def causes(settings: Settings, failures: Iterable[str]) -> list[Cause]:
    """What is to be told of now.

    Args:
        settings: where the warehouse and what it published are.
        failures: why the last run failed, in sentences; none if it did not.
    """
    return [*map(_failure, failures), *_of_sources(settings), *_of_metrics(settings)]


def sentences(found: Iterable[Cause]) -> list[str]:
    """What there is to tell of causes."""
    told: dict[str, list[str]] = {}
    for cause in found:
        if cause.sentence:
            told.setdefault(cause.sentence, []).append(cause.of)
    return [
        f"{sentence} {', '.join(things)}." if any(things) else sentence
        for sentence, things in told.items()
    ]


def _failure(sentence: str) -> Cause:
    return Cause(f"failure: {re.sub(r'[0-9]+', '#', sentence)}", f"The run failed: {sentence}")


def _of_sources(settings: Settings) -> Iterator[Cause]:
    """Silent sources, and files that are not in; nobody can know while a run has them open."""
    try:
        with connect(settings, read_only=True) as connection:
            for table, state in zip(source_tables(), source_states(connection), strict=True):
                owner = next(iter(owners(table.source, "raw")), "")
                yield from _silence(table, state, owner)
                yield from _files_outside(known_files(connection, table), owner)
    except (OSError, RuntimeError, duckdb.Error):
        yield from map(Cause, (*_SILENT, _OUTSIDE))


def _silence(table: SourceTable, state: SourceState, owner: str) -> Iterator[Cause]:
    if said := _SILENT.get(state.freshness):
        of_owner = f", owned by {owner}" if owner else ""
        yield Cause(
            f"{state.freshness}: {state.source_table}",
            f"Stale{of_owner}: {said}. By newest landing date:",
            f"{table.source}/{table.name} ({state.newest_landing_date or 'unknown'})",
        )


def _files_outside(files: Mapping[str, KnownFile], owner: str) -> Iterator[Cause]:
    ask = f" Its owner is {owner}." if owner else ""
    for name, file in files.items():
        if file.is_outside:
            more = f"Correct it and deliver it again; `cx quarantine` says more.{ask}"
            yield Cause(f"{_OUTSIDE}: {name}", f"A file is not in: {file.message}. {more}")


def _of_metrics(settings: Settings) -> Iterator[Cause]:
    """What the newest complete months say, as far as anything is published."""
    file = settings.published_dir / FILE_NAME
    try:
        with duckdb.connect(file, read_only=True) as connection:
            types = segment_types_with_targets(connection)
            changes = real_changes(connection, _LEVEL)
            metrics = read_metrics(connection)
            headlines = read_headlines(connection, types, ["month"])
    except duckdb.Error:
        return
    for row in headlines:
        if row.status == "off_target" and row.value is not None and row.target is not None:
            metric = metrics[row.metric]
            yield Cause(
                f"off target: {row.metric} {row.segment_type} {row.segment}",
                f"{metric.label}{_segment(row)} is off target in {row.period_start}: "
                f"{metric.shown(row.value)} ({metric.interval(row.ci_low, row.ci_high)}), "
                f"target {metric.shown(row.target)}.",
            )
    for key, month, sentence in changes:
        yield Cause(f"change: {key}", f"A real change in {month}: {sentence}.")


def _segment(row: Headline) -> str:
    return "" if row.segment_type == "all" else f" of {row.segment_type} {row.segment}"
