"""Loads one batch of files with one header, in one transaction, and proves that no row is lost."""

from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from orchestration.checking import BLANK, checked
from orchestration.contract import SourceTable
from orchestration.landing import LandingFile
from orchestration.ledger import identifier, quarantine_name, raw_name
from orchestration.reading import scan, stage


class LostRows(Exception):
    """The rows that were stored are not the rows that were read."""


@dataclass(frozen=True)
class PendingFile:
    """A file to load; `readable` is where DuckDB reads it, elsewhere when it was unpacked."""

    file: LandingFile
    readable: LandingFile
    digest: str
    landing_date: date
    header: tuple[str, ...]
    is_doubtful: bool

    @property
    def path(self) -> str:
        """Path as DuckDB reports it."""
        return str(self.readable.path)

    @property
    def batch(self) -> tuple[str, ...]:
        """Files that agree on this are read in one statement.

        Types of Parquet may differ, and a doubtful CSV must be read alone.
        """
        is_alone = self.readable.format == "parquet" or self.is_doubtful
        return (str(self.readable.format), *([self.file.name] if is_alone else []), *self.header)


@dataclass(frozen=True)
class Batch:
    """Files to load into one table under one load id.

    A staged batch is one text file whose rows DuckDB's reader cannot tell apart, or not without
    losing some: it is split into records first, and those that cannot be read go to quarantine.
    """

    connection: duckdb.DuckDBPyConnection
    table: SourceTable
    files: list[PendingFile]
    load_id: str
    loaded_at: datetime
    is_staged: bool = False

    @property
    def format(self) -> str:
        """csv, jsonl or parquet."""
        return str(self.files[0].readable.format)

    def load(self) -> None:
        """Replace what the files gave before with what they hold now.

        Raises:
            duckdb.Error: a file cannot be read; nothing was stored.
            LostRows: rows read and rows stored differ; nothing was stored.
        """
        self.connection.begin()
        try:
            self._stage_files()
            self._stage_rows()
            self._prove_parquet_read()
            self._number_rows()
            self._store()
            self._record()
            self.connection.commit()
        except (duckdb.Error, LostRows):
            self.connection.rollback()
            raise

    def _stage_files(self) -> None:
        self.connection.execute(
            """
            create or replace temp table batch_files as select
                unnest($paths) as path, unnest($files) as file, unnest($digests) as digest,
                unnest($dates::date[]) as landing_date
            """,
            {
                "paths": [pending.path for pending in self.files],
                "files": [pending.file.name for pending in self.files],
                "digests": [pending.digest for pending in self.files],
                "dates": [pending.landing_date for pending in self.files],
            },
        )

    def _stage_rows(self) -> None:
        header, paths = self.files[0].header, [pending.path for pending in self.files]
        if self.is_staged:
            stage(self.connection, self.files[0].readable)
        rows = scan(self.connection, self.format, paths, header, is_staged=self.is_staged)
        typed = checked(self.table, header, rows, is_line=self.format == "jsonl")
        sql = f"create or replace temp table batch_rows as {typed.sql}"
        self.connection.execute(sql, typed.parameters)

    def _prove_parquet_read(self) -> None:
        """DuckDB reads as many rows as a broken footer leaves, without a word."""
        if self.format != "parquet":
            return
        counts = self.connection.execute(
            """
            select
                (select num_rows from parquet_file_metadata($path)),
                (select coalesce(sum(row_group_num_rows), 0) from (
                    select distinct row_group_id, row_group_num_rows from parquet_metadata($path)
                )),
                (select count(*) from batch_rows)
            """,
            {"path": self.files[0].path},
        ).fetchall()[0]
        if len(set(counts)) > 1:
            raise LostRows("the rows are not as many as the file says; write it again")

    def _number_rows(self) -> None:
        """Give each row its line; a record counts as one, whatever line ends stand in it."""
        line = {
            "csv": "row_number - first_row + 2",
            "jsonl": "row_number - first_row + 1",
            "parquet": "cast(null as bigint)",
        }[self.format]
        self.connection.execute(
            f"""
            create or replace temp view batch_lines as
            with numbered as (select *, rowid as row_number from batch_rows),
            firsts as (select _path, min(row_number) as first_row from numbered group by _path)
            select numbered.*, files.file as _file, files.landing_date as _landing_date,
                {line} as _line
            from numbered join firsts using (_path) join batch_files as files on path = _path
            """
        )

    def _store(self) -> None:
        raw, quarantine = raw_name(self.table), quarantine_name(self.table)
        load = {"load_id": self.load_id, "loaded_at": self.loaded_at}
        columns = ", ".join(identifier(column.name) for column in self.table.columns)
        self.connection.execute(f"delete from {raw} where _file in (select file from batch_files)")
        self.connection.execute(
            f"delete from {quarantine} where file in (select file from batch_files)"
        )
        self.connection.execute(
            f"""
            insert into {raw} by name
            select {columns}, _file, _line, _landing_date, $load_id as _load_id,
                $loaded_at as _loaded_at, _extra,
                hash({columns}, _extra, _landing_date) as _row_hash
            from batch_lines where _rule is null
            """,
            load,
        )
        self.connection.execute(
            f"""
            insert into {quarantine}
            select _file, _line, _rule, _message, _row_text, $load_id, $loaded_at
            from batch_lines where _rule <> '{BLANK}'
            """,
            load,
        )

    def _record(self) -> None:
        """Write the ledger, after checking: rows in file = rows loaded + rows quarantined."""
        self.connection.execute(
            f"""
            create or replace temp table batch_counts as
            with in_file as (
                select _path as path, count(*) as n from batch_rows
                where _rule is distinct from '{BLANK}' group by path
            ),
            loaded as (select _file as file, count(*) as n from {raw_name(self.table)}
                where _load_id = $load_id group by _file),
            refused as (select file, count(*) as n from {quarantine_name(self.table)}
                where load_id = $load_id group by file)
            select
                file, digest, landing_date, coalesce(in_file.n, 0) as rows_in_file,
                coalesce(loaded.n, 0) as rows_loaded, coalesce(refused.n, 0) as rows_quarantined,
            from batch_files
            left join in_file using (path)
            left join loaded using (file)
            left join refused using (file)
            """,
            {"load_id": self.load_id},
        )
        lost = self.connection.execute(
            """
            select file, rows_in_file, rows_loaded, rows_quarantined from batch_counts
            where rows_in_file <> rows_loaded + rows_quarantined
            """
        ).fetchone()
        if lost:
            raise LostRows("{}: {} rows in file, {} loaded, {} quarantined".format(*lost))
        self.connection.execute(
            """
            insert into ledger.files
            select file, $source, $name, digest, landing_date, 'loaded', null,
                rows_in_file, rows_loaded, rows_quarantined, $load_id, $loaded_at
            from batch_counts
            """,
            {
                "source": self.table.source,
                "name": self.table.name,
                "load_id": self.load_id,
                "loaded_at": self.loaded_at,
            },
        )
