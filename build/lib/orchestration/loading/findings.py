"""What checks of loads found in rows that still stand in the raw tables.

A load checks only what came. What it found stays in `ledger.findings`, with the load and the files
that it was found in, until these rows are replaced or withdrawn, or the check is changed and finds
nothing. A check that compares a delivery with those before it has its say until the next delivery.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import duckdb

from expectations.suite import Expectation
from expectations.validate import SAMPLES, CheckResult, validate
from orchestration.contract import SourceTable
from orchestration.loading.ledger import raw_name
from orchestration.warehouse import transaction

STANDING = "standing_rows"


@dataclass(frozen=True)
class Finding:
    """What a check that warns found in the rows that one load took from some files."""

    check: str
    asked: str
    load_id: str
    found_at: datetime
    files: list[str]
    rows: int
    failed_rows: int | None
    samples: list[str]
    message: str


class Findings:
    """What stands of a table, on the connection that it was opened with."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: SourceTable,
        suite: Sequence[Expectation],
    ) -> None:
        """Take the suite that guards the table."""
        self._connection = connection
        self._table = table
        self._suite = {check.name: check for check in suite}
        self._names = {"source": table.source, "name": table.name}

    def add(
        self,
        results: Sequence[CheckResult],
        load_id: str,
        found_at: datetime,
        files: Collection[str],
    ) -> None:
        """Keep what failed in files that are accepted; what came before is history now."""
        self._drop_history(load_id)
        for result in results:
            if not result.passed:
                asked = _asked(self._suite[result.name])
                self._write(_finding(result, asked, load_id, found_at, list(files)))

    def standing(self) -> list[Finding]:
        """What stands, the newest first, after a look at what changed since it was found."""
        for row, finding, rows_left in self._known():
            check = self._suite.get(finding.check)
            if check and rows_left == finding.rows and finding.asked == _asked(check):
                continue
            is_left = check and rows_left and not check.is_of_delivery
            again = self._again(check, finding) if check and is_left else None
            with transaction(self._connection):
                self._connection.execute(
                    "delete from ledger.findings where rowid = $row", {"row": row}
                )
                if again:
                    self._write(again)
        return [finding for _, finding, _ in self._known()]

    def _known(self) -> list[tuple[int, Finding, int]]:
        """Row id and content of each finding, and how many of the rows it was found in stand."""
        rows = self._connection.execute(
            """
            with files as (
                select file, load_id, rows_loaded from ledger.files
                where source = $source and table_name = $name and status in ('loaded', 'withdrawn')
                qualify row_number() over (partition by file order by rowid desc) = 1
            ),
            findings as (
                select *, rowid as row from ledger.findings
                where source = $source and table_name = $name
            ),
            left_over as (
                select row, sum(rows_loaded)::bigint as rows_left
                from (select row, load_id, unnest(files) as file from findings)
                join files using (file, load_id) group by row
            )
            select row, coalesce(rows_left, 0), check_name, asked, load_id, found_at, files, rows,
                failed_rows, samples, message
            from findings left join left_over using (row) order by found_at desc, row desc
            """,
            self._names,
        ).fetchall()
        return [(row, Finding(*found), left) for row, left, *found in rows]

    def _again(self, check: Expectation, finding: Finding) -> Finding | None:
        """What a check finds in the rows that are left of a finding."""
        self._connection.execute(
            f"""
            create or replace temp table {STANDING} as from {raw_name(self._table)}
            where _load_id = $load_id and list_contains($files, _file)
            """,
            {"load_id": finding.load_id, "files": finding.files},
        )
        [result] = validate(self._connection, f"temp.{STANDING}", [check])
        if result.passed:
            return None
        return _finding(result, _asked(check), finding.load_id, finding.found_at, finding.files)

    def _drop_history(self, load_id: str) -> None:
        names = [name for name, check in self._suite.items() if check.is_of_delivery]
        self._connection.execute(
            """
            delete from ledger.findings
            where source = $source and table_name = $name and load_id <> $load_id
                and list_contains($names, check_name)
            """,
            self._names | {"load_id": load_id, "names": names},
        )

    def _write(self, finding: Finding) -> None:
        columns = ", ".join(f"${name}" for name in vars(finding))
        self._connection.execute(
            f"insert into ledger.findings values ($source, $name, {columns})",
            self._names | vars(finding),
        )


def _finding(
    result: CheckResult, asked: str, load_id: str, found_at: datetime, files: list[str]
) -> Finding:
    return Finding(
        result.name,
        asked,
        load_id,
        found_at,
        files,
        result.checked_rows,
        result.failed_rows,
        list(result.samples),
        result.message,
    )


def _asked(check: Expectation) -> str:
    """A digest of what a check asks, which changes with its thresholds."""
    return sha256(f"{check.type} {dict(check.kwargs)}".encode()).hexdigest()


def merged(
    suite: Sequence[Expectation],
    came: Sequence[CheckResult],
    standing: Sequence[Finding],
    load_id: str,
) -> Iterator[CheckResult]:
    """What each check says of the rows that came and of those that stand.

    Args:
        suite: the checks; one that neither came to a result nor has a finding is left out.
        came: results on what came in this load, held files among it.
        standing: findings that stand, the newest first, those of this load among them.
        load_id: this load.
    """
    results = {result.name: result for result in came}
    for check in suite:
        found = [finding for finding in standing if finding.check == check.name]
        result = results.get(check.name)
        if result and result.is_blocking:
            yield result
        elif found:
            yield _standing_result(check, found, load_id)
        elif result:
            yield CheckResult(check.name, True, check.severity, result.checked_rows, 0, (), "")


def _standing_result(check: Expectation, found: list[Finding], load_id: str) -> CheckResult:
    failed = [finding.failed_rows for finding in found if finding.failed_rows is not None]
    is_counted = len(failed) == len(found) > 1
    message = f"{sum(failed)} rows fail" if is_counted else found[0].message
    if found[-1].load_id != load_id:
        message = f"{message}, standing since {found[-1].found_at:%Y-%m-%d %H:%M} UTC"
    return CheckResult(
        name=check.name,
        passed=False,
        severity=check.severity,
        checked_rows=sum(finding.rows for finding in found),
        failed_rows=sum(failed) if failed else None,
        samples=tuple(sample for finding in found for sample in finding.samples)[:SAMPLES],
        message=message,
    )
