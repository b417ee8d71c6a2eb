"""What Parquet files hold, as their footers say, after each was read in a database of its own."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import duckdb

from orchestration.reading.archives import refuse_bomb
from orchestration.reading.contents import Content
from orchestration.reading.headers import refuse_repeated, refuse_wide
from orchestration.reading.reading_room import Readable
from orchestration.reading.scans import patterns, scan
from orchestration.reading.unreadable import UnreadableFile
from orchestration.settings import Limits

_FOOTERS = """
    select
        parquet_file_metadata[1].file_name,
        parquet_file_metadata[1].num_rows,
        coalesce(
            list_sum([c.row_group_num_rows for c in parquet_metadata if c.column_id = 0]), 0
        )::bigint,
        greatest(
            list_sum([c.num_values for c in parquet_metadata]),
            list_sum([c.total_uncompressed_size for c in parquet_metadata]),
            0
        )::bigint,
        to_json([
            [
                field.name, field.type, field.type_length, field.repetition_type,
                field.num_children::text, field.converted_type, field.scale::text,
                field.precision::text, field.logical_type, field.duckdb_type
            ]
            for field in parquet_schema
        ])::text,
        [
            concat('the column ', field.name, ' is a decimal of ', field.precision, ' digits')
            for field in parquet_schema if field.precision > 38
        ][1]
    from parquet_full_metadata($files)
"""


class _Footer(NamedTuple):
    """What a footer says; a value counts as a byte at the least, as in CSV."""

    rows: int
    rows_of_groups: int
    unpacked_bytes: int
    schema: str
    too_wide: str | None


def parquet_contents(
    connection: duckdb.DuckDBPyConnection, limits: Limits, files: list[Readable]
) -> list[Content]:
    """What files hold, in their order.

    A broken footer or page may raise an error in DuckDB that makes its whole database useless, so
    the files are read once in a database of their own. That shows too how long their texts are,
    where a dictionary keeps one that stands in many rows once.

    Raises:
        UnreadableFile: one of them is larger than the limits, or contradicts itself.
        duckdb.Error: one of them cannot be read.
    """
    with _sandbox(connection) as sandbox:
        footers = _footers(sandbox, files)
        for file in files:
            _refuse_unsound(file, footers[file], limits)
        alike: dict[str, list[Readable]] = defaultdict(list)
        for file in files:
            alike[footers[file].schema].append(file)
        columns = {schema: _columns_read(sandbox, group, limits) for schema, group in alike.items()}
    return [Content(footers[file].rows, *columns[footers[file].schema]) for file in files]


@contextmanager
def _sandbox(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    settings = "select current_setting('memory_limit'), current_setting('threads')"
    [(memory_limit, threads)] = connection.execute(settings).fetchall()
    with duckdb.connect(config={"memory_limit": memory_limit, "threads": threads}) as sandbox:
        yield sandbox


def _footers(sandbox: duckdb.DuckDBPyConnection, files: list[Readable]) -> dict[Readable, _Footer]:
    rows = sandbox.execute(_FOOTERS, {"files": patterns(files)}).fetchall()
    by_path = {path: _Footer(*footer) for path, *footer in rows}
    return {file: by_path[str(file.path)] for file in files}


def _refuse_unsound(file: Readable, footer: _Footer, limits: Limits) -> None:
    refuse_bomb(file.path.stat().st_size, footer.unpacked_bytes, limits)
    if footer.rows != footer.rows_of_groups:
        raise UnreadableFile("the file is not sound Parquet; write it again")
    if footer.too_wide:  # DuckDB would read another number
        raise UnreadableFile(f"{footer.too_wide}; write it with at most 38")


def _columns_read(
    sandbox: duckdb.DuckDBPyConnection, files: list[Readable], limits: Limits
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and types of the columns of files of one schema, after all of their pages were read."""
    header, kinds = _columns(sandbox, files[0], limits)
    bytes_of_texts = _text_bytes(sandbox, files, Content(0, header, kinds))
    for file in files:
        refuse_bomb(file.path.stat().st_size, bytes_of_texts.get(str(file.path), 0), limits)
    return header, kinds


def _columns(
    sandbox: duckdb.DuckDBPyConnection, file: Readable, limits: Limits
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    # DuckDB renames a column that stands twice, so that its name is not in the schema.
    sql = """
        select column_name, column_type, column_name in (select name from parquet_schema($file))
        from (describe select * from read_parquet($file, hive_partitioning = false))
    """
    columns = sandbox.execute(sql, {"file": file.pattern}).fetchall()
    refuse_repeated([name.rpartition("_")[0] for name, _, is_own in columns if not is_own])
    names, kinds, _ = zip(*columns, strict=True)
    refuse_wide(len(names), "columns", limits)
    return names, kinds


def _text_bytes(
    sandbox: duckdb.DuckDBPyConnection, files: list[Readable], content: Content
) -> dict[str, int]:
    """Length of all texts of each file; what is short is read and not counted."""
    rows = scan(files, content, is_staged=False)
    values = [rows.value(place) for place in range(len(content.header))]
    texts = "".join(
        f" + coalesce(sum(strlen({value.text})), 0)" for value in values if not value.is_short
    )
    others = ", ".join(f"bit_xor(hash({value.sql}))" for value in values if value.is_short)
    sql = f"select _path, (0{texts})::bigint, {others} from ({rows.sql}) group by _path"
    read = sandbox.execute(sql, rows.parameters).fetchall()
    return {path: length for path, length, *_ in read}
