"""What one load brings: rows that were read and judged, until their files are accepted.

Nothing of a delivery is in the raw table before it is accepted, so a file that the gate holds back
leaves the last good data as it was.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

import duckdb

from expectations.validate import CheckResult
from orchestration.contract import SourceTable
from orchestration.loading.day_profiles import profile
from orchestration.loading.findings import Findings
from orchestration.loading.ledger import drop_held_rows, quarantine_name, raw_name
from orchestration.loading.rules import BLANK
from orchestration.reading.scans import Scan
from orchestration.sql import identifier
from orchestration.warehouse import transaction

_FILES = "delivered_files"
_ROWS = "delivered_rows"
# The rows of the candidate files, as they would stand in the raw table.
CANDIDATES = "candidate_rows"


class LostRows(Exception):
    """The rows that were stored are not the rows that were read."""


class Refused(NamedTuple):
    """A file of which rows are refused, and the rule that refuses most of them."""

    file: str
    rows_in_file: int
    rows_refused: int
    rule: str
    rows_of_rule: int

    def __str__(self) -> str:
        """How many rows are refused, and by what."""
        return (
            f"{self.rows_refused:,} of its {self.rows_in_file:,} rows are refused, "
            f"{self.rows_of_rule:,} of them by the rule {self.rule}"
        )


class DeliveredFile(NamedTuple):
    """A file of a delivery, under the path that its rows have; its rows were counted elsewhere."""

    path: str
    name: str
    digest: str
    landing_date: date
    rows: int


class Delivery:
    """One delivery to one table, under one load id, on the connection that it was opened with."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        table: SourceTable,
        load_id: str,
        loaded_at: datetime,
    ) -> None:
        """Open an empty delivery."""
        self._connection = connection
        self.table = table
        self._load_id, self._loaded_at = load_id, loaded_at
        self._files: list[str] = []
        self._load = {"load_id": load_id, "loaded_at": loaded_at}
        columns = [f"{identifier(column.name)} {column.data_type}" for column in table.columns]
        connection.execute(
            f"""
            create or replace temp table {_FILES} (
                path text, file text, digest text, landing_date date, rows_in_file bigint,
                first_line bigint, first_row bigint
            );
            create or replace temp table candidate_files (file text);
            create or replace temp table {_ROWS} (
                {", ".join(columns)}, _extra json, _path text, _rule text, _message text,
                _row_text text
            );
            """
        )
        self._create_views()

    def _create_views(self) -> None:
        columns = ", ".join(identifier(column.name) for column in self.table.columns)
        # A sound row lacks its version only where no row of its file has one.
        version = identifier(self.table.version) if self.table.version else None
        stand_in = (
            f" replace (coalesce({version}, files.landing_date) as {version})" if version else ""
        )
        self._connection.execute(
            f"""
            create or replace temp view delivered_lines as
            select delivered.*{stand_in}, files.file as _file, files.landing_date as _landing_date,
                delivered.rowid - files.first_row + files.first_line as _line
            from {_ROWS} as delivered
            join {_FILES} as files on _path = path
            join candidate_files using (file);

            create or replace temp view {CANDIDATES} as
            select {columns}, _file, _line, _landing_date, load.load_id as _load_id,
                load.loaded_at as _loaded_at, _extra,
                hash({columns}, _extra, _landing_date) as _row_hash
            from delivered_lines
            cross join (
                select '{self._load["load_id"]}' as load_id,
                    timestamp '{self._load["loaded_at"]}' as loaded_at
            ) as load
            where _rule is null;
            """
        )

    def add_rows(self, rows: Scan) -> int:
        """Add rows that are typed and judged; give their number."""
        inserted = self._connection.execute(f"insert into {_ROWS} {rows.sql}", rows.parameters)
        return int(inserted.fetchall()[0][0])

    def add_files(self, files: Sequence[DeliveredFile], *, first_line: int | None) -> None:
        """Add files whose rows were added; outside of their transaction, in which row ids change.

        Args:
            files: the files.
            first_line: line of the first record of each; None where files have no lines.
        """
        columns = map(list, zip(*files, strict=True))
        by_column = dict(zip(DeliveredFile._fields, columns, strict=True))
        self._connection.execute(
            f"""
            insert into {_FILES}
            with files as (
                select unnest($path) as path, unnest($name) as file, unnest($digest) as digest,
                    unnest($landing_date::date[]) as landing_date,
                    unnest($rows::bigint[]) as rows_in_file
            ),
            firsts as (
                select path, min(rows.rowid) as first_row
                from {_ROWS} as rows join files on _path = path group by path
            )
            select files.*, $first_line, first_row from files left join firsts using (path)
            """,
            by_column | {"first_line": first_line},
        )

    def blank_lines(self, paths: Iterable[str]) -> int:
        """How many of the rows of these files are blank lines of text."""
        query = f"""
            select count(*) from {_ROWS}
            where _rule = '{BLANK}' and _path in (select unnest($paths::text[]))
        """
        return int(self._connection.execute(query, {"paths": list(paths)}).fetchall()[0][0])

    def mostly_refused(self, max_share: float) -> list[Refused]:
        """Files that are refused to their last row, or beyond a share of their rows in [0, 1]."""
        rows = self._connection.execute(
            f"""
            with refused as (
                select _path as path, _rule as rule, count(*) as n from {_ROWS}
                where _rule <> '{BLANK}' group by all
            )
            select
                file, rows_in_file, sum(n)::bigint as rows_refused,
                first(rule order by n desc, rule), max(n)
            from refused join {_FILES} using (path)
            group by file, rows_in_file
            having rows_refused = rows_in_file or rows_refused > $max_share * rows_in_file
            order by file
            """,
            {"max_share": max_share},
        ).fetchall()
        return [Refused(*row) for row in rows]

    def hold(self, file: str) -> None:
        """Show in quarantine what is refused of a file that stays outside; raw stays as it is."""
        self._nominate([file])
        drop_held_rows(self._connection, self.table, file)
        self._quarantine()

    def propose(self, files: Collection[str], *, is_compared: bool) -> None:
        """Make these files the candidates, which stand in `CANDIDATES` until others are.

        Where they are compared with what was before, their days are profiled beside those.
        """
        self._nominate(files)
        if is_compared:
            profile(self._connection, self.table, CANDIDATES)

    def _nominate(self, files: Collection[str]) -> None:
        self._files = list(files)
        self._connection.execute(
            "create or replace temp table candidate_files as select unnest($files::text[]) as file",
            {"files": self._files},
        )

    def accept(self, findings: Findings, results: Sequence[CheckResult]) -> None:
        """Replace, in one transaction, what the candidates gave before with what they hold now.

        Args:
            findings: what stands of the table.
            results: what the checks of the candidates found, of which a failure is to be kept.

        Raises:
            LostRows: rows read and rows stored differ; nothing was stored.
        """
        with transaction(self._connection):
            self._store()
            self._record()
            findings.add(results, self._load_id, self._loaded_at, self._files)

    def _store(self) -> None:
        raw, quarantine = raw_name(self.table), quarantine_name(self.table)
        candidates = "(select file from candidate_files)"
        self._connection.execute(f"delete from {raw} where _file in {candidates}")
        self._connection.execute(f"delete from {quarantine} where file in {candidates}")
        self._connection.execute(f"insert into {raw} by name from {CANDIDATES}")
        self._quarantine()

    def _quarantine(self) -> None:
        self._connection.execute(
            f"""
            insert into {quarantine_name(self.table)}
            select _file, _line, _rule, _message, _row_text, $load_id, $loaded_at
            from delivered_lines where _rule <> '{BLANK}'
            """,
            self._load,
        )

    def _record(self) -> None:
        """Write the ledger, after checking: rows in file = rows loaded + rows quarantined.

        Rows in the file are those that were counted without DuckDB's readers.
        """
        self._count()
        lost = self._connection.execute(
            """
            select rows_in_file, rows_loaded, rows_quarantined from delivered_counts
            where rows_in_file <> rows_loaded + rows_quarantined
            """
        ).fetchone()
        if lost:
            raise LostRows("{} rows in file, {} loaded, {} quarantined".format(*lost))
        self._connection.execute(
            """
            insert into ledger.files
            select file, $source, $name, digest, landing_date, 'loaded', null,
                rows_in_file, rows_loaded, rows_quarantined, $load_id, $loaded_at
            from delivered_counts
            """,
            {"source": self.table.source, "name": self.table.name} | self._load,
        )

    def _count(self) -> None:
        self._connection.execute(
            f"""
            create or replace temp table delivered_counts as
            with loaded as (select _file as file, count(*) as n from {raw_name(self.table)}
                where _load_id = $load_id group by _file),
            refused as (select file, count(*) as n from {quarantine_name(self.table)}
                where load_id = $load_id group by file)
            select
                file, digest, landing_date, rows_in_file,
                coalesce(loaded.n, 0) as rows_loaded, coalesce(refused.n, 0) as rows_quarantined,
            from {_FILES}
            join candidate_files using (file)
            left join loaded using (file)
            left join refused using (file)
            """,
            {"load_id": self._load["load_id"]},
        )
