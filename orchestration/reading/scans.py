"""Reads any landing format through DuckDB's own readers.

A scan is a SELECT that gives `_path`, `_text` (the row as it stood, where it is known), `_fault`
(why the row cannot be read), `_is_odd` (a line is to be looked at, as it may be no object or name a
key twice) and one column a header name, called c0, c1, ... so that no name out of a file becomes
SQL. They are texts, but for Parquet, where they have the types of the file.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.reading.contents import Content
from orchestration.reading.reading_room import Readable
from orchestration.reading.text_records import Record, csv_records, line_records
from orchestration.settings import Limits

LINES = """(select filename as _path, line as _text, cast(null as text) as _fault
    from read_csv($files, columns = {'line': 'VARCHAR'}, auto_detect = false, header = false,
    delim = '\x07', quote = '', escape = '', filename = true, hive_partitioning = false))"""

STAGED = "staged_records"
OTHER_NAMES = "an object has a name that the first objects lack"
# DuckDB's types of whole numbers.
INTEGERS = {f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")}
INTEGERS |= {"INTEGER", "UINTEGER"}

# What a spreadsheet leaves of a long number.
_OF_SPREADSHEETS = r"\d(\.\d+)?[eE]\+\d+"
# From here on whole numbers are rounded.
_EXACT_BELOW = {"DOUBLE": 2**53, "FLOAT": 2**24}

_FIRST_LINES_BYTES = 1 << 16
_CHUNK_RECORDS = 10_000
_CHUNK_LETTERS = 10_000_000


_SHORT_KINDS = INTEGERS | {
    "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "TIME", "TIMESTAMP", "TIMESTAMP_S",
    "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "UUID",
}  # fmt: skip


@dataclass(frozen=True)
class Value:
    """SQL for a value, the type that DuckDB gives it, and whether commas mark its fractions.

    Of JSONL, `json_pointer` is SQL for where it stands in a line.
    """

    sql: str
    kind: str = "VARCHAR"
    has_decimal_comma: bool = False
    json_pointer: str = ""

    @property
    def is_short(self) -> bool:
        """Whether no text of it is longer than a number, an instant or the like."""
        return self.kind.partition("(")[0] in _SHORT_KINDS

    @property
    def text(self) -> str:
        """SQL for what the value would be in CSV or JSON."""
        text = f"cast({self.sql} as text)"
        if self.kind == "VARCHAR":
            return self.sql
        if limit := _EXACT_BELOW.get(self.kind):  # an id with gaps, by many writers 1234.0
            whole = f"{self.sql} = trunc({self.sql}) and abs({self.sql}) < {limit}"
            return f"if({whole}, cast(try_cast({self.sql} as bigint) as text), {text})"
        if self.kind.startswith("DECIMAL"):  # an id of a database that has but decimals
            whole = f"cast(trunc({self.sql}) as decimal(38, 0))"
            return f"if({self.sql} = trunc({self.sql}), cast({whole} as text), {text})"
        if self.kind == "BLOB":  # text, by writers that do not mark it as such
            return f"coalesce(try(decode({self.sql})), {text})"
        if self.kind.endswith("]") or self.kind.startswith(("STRUCT", "MAP")):
            return f"cast(to_json({self.sql}) as text)"
        return text

    @property
    def text_or_gap(self) -> str:
        """SQL for the text; null for the number NaN, by which pandas marks that there is none."""
        if self.json_pointer:
            is_number = f"json_type(_text, {self.json_pointer}) = 'DOUBLE'"
            return f"if({self.sql} = 'NaN', if({is_number}, null, 'NaN'), {self.sql})"
        if self.kind in _EXACT_BELOW:
            return f"if(isnan({self.sql}), null, {self.text})"
        return self.text

    @property
    def is_rounded(self) -> str:
        """SQL for whether it is a number that has lost digits, which an id may not have."""
        if limit := _EXACT_BELOW.get(self.kind):
            return f"abs({self.sql}) >= {limit} and not isnan({self.sql})"
        return f"{self.text} < ':' and regexp_full_match({self.text}, '{_OF_SPREADSHEETS}')"


@dataclass(frozen=True)
class Scan:
    """A SELECT over files with one header, and the parameters to run it with.

    Of Parquet, it has the types of the columns; of CSV it tells whether fractions have commas.
    """

    sql: str
    parameters: dict[str, Any]
    kinds: tuple[str, ...] = ()
    has_decimal_commas: bool = False

    def value(self, place: int) -> Value:
        """The value of a row at a place in the header."""
        if self.kinds:
            return Value(f"c{place}", self.kinds[place])
        pointer = f"$pointers[{place + 1}]" if "pointers" in self.parameters else ""
        return Value(f"c{place}", "VARCHAR", self.has_decimal_commas, pointer)


def stage(
    connection: duckdb.DuckDBPyConnection, file: Readable, limits: Limits, delimiter: str = ","
) -> None:
    """Split a text file into records by our own means, for a scan that is staged."""
    connection.execute(
        f"""
        create or replace temp table {STAGED}
            (_path text, _fields text[], _text text, _fault text)
        """
    )
    with file.mapped() as content:
        records = (
            csv_records(content, limits.max_row_bytes, delimiter)
            if file.format == "csv"
            else line_records(content)
        )
        for chunk in _chunks(records):
            _insert(connection, file, chunk)


def _chunks(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Records in lists that fit into memory."""
    chunk: list[Record] = []
    letters = 0
    for record in records:
        chunk.append(record)
        letters += len(record.text)
        if len(chunk) >= _CHUNK_RECORDS or letters > _CHUNK_LETTERS:
            yield chunk
            chunk, letters = [], 0
    if chunk:
        yield chunk


def _insert(connection: duckdb.DuckDBPyConnection, file: Readable, records: list[Record]) -> None:
    connection.execute(
        f"""
        insert into {STAGED} select
            $path, unnest($fields::text[][]), unnest($texts::text[]), unnest($faults::text[])
        """,
        {
            "path": str(file.path),
            "fields": [record.fields for record in records],
            "texts": [record.text for record in records],
            "faults": [record.fault for record in records],
        },
    )


def scan(files: list[Readable], content: Content, *, is_staged: bool) -> Scan:
    """Build the scan of files that share a format and columns; a staged one reads the records."""
    if files[0].format == "parquet":
        return _scan_parquet(files, content)
    if files[0].format == "jsonl":
        return _scan_jsonl(files, content, is_staged)
    return _scan_records(content) if is_staged else _scan_csv(files, content)


def patterns(files: list[Readable]) -> list[str]:
    """The paths of files as DuckDB reads them."""
    return [file.pattern for file in files]


def _scan_csv(files: list[Readable], content: Content) -> Scan:
    sql = """
        select * exclude (filename), filename as _path, cast(null as text) as _text,
            cast(null as text) as _fault, false as _is_odd
        from read_csv(
            $files, columns = $columns, auto_detect = false, header = false, skip = 1,
            delim = $delimiter, quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
            filename = true, hive_partitioning = false
        )
    """
    columns = {f"c{position}": "VARCHAR" for position in range(len(content.header))}
    parameters = {"files": patterns(files), "columns": columns, "delimiter": content.delimiter}
    return Scan(sql, parameters, has_decimal_commas=content.delimiter == ";")


def _scan_records(content: Content) -> Scan:
    """Rows of CSV that were staged; empty columns too many are none, as with DuckDB's reader."""
    width = len(content.header)
    values = ", ".join(f"_fields[{position + 1}] as c{position}" for position in range(width))
    fits = f"len(_fields) >= {width} and list_any_value(_fields[{width + 1}:]) is null"
    sql = f"""
        with faults as (
            select *, coalesce(_fault, if({fits}, null, 'ragged')) as fault
            from {STAGED} offset 1
        )
        select {values}, _path, if(fault is null, null, _text) as _text, fault as _fault,
            false as _is_odd
        from faults
    """
    return Scan(sql, {}, has_decimal_commas=content.delimiter == ";")


def _scan_jsonl(files: list[Readable], content: Content, is_staged: bool) -> Scan:
    """Lines of JSON; an error of `OTHER_NAMES` where the header was presumed and lacks a name."""
    header = content.header
    ids = {place for place, name in enumerate(header) if name.lower().endswith("_id")}
    values = "".join(
        f"{_json_id(place) if place in ids else f'_values[{place + 1}]'} as c{place}, "
        for place in range(len(header))
    )
    is_odd = "coalesce(json_keys(_json) <> $usual_keys::text[], true)"
    if content.is_presumed:
        is_other = f"{is_odd} and not list_has_all($names::text[], json_keys(_json))"
        is_odd = f"if({is_other}, error('{OTHER_NAMES}'), {is_odd})"
    # All values in one call: it parses a line once, and keeps what it parsed for 2,048 lines.
    sql = f"""
        with lines as (
            select *, if(json_valid(_text), _text, null) as _json
            from {STAGED if is_staged else LINES}
        ),
        objects as (
            select *, json_extract_string(_json, $pointers::text[]) as _values,
                {is_odd} as _is_odd
            from lines
        )
        select {values} _path, _text, _fault, _is_odd from objects
    """
    pointers = [_json_pointer(name) for name in header]
    parameters: dict[str, Any] = {f"k{place}": pointers[place] for place in ids}
    parameters |= {"pointers": pointers, "usual_keys": usual_keys(files[0])}
    parameters |= {"names": list(header)} if content.is_presumed else {}
    return Scan(sql, parameters | ({} if is_staged else {"files": patterns(files)}))


def usual_keys(file: Readable) -> list[str] | None:
    """Keys of the first object of JSONL, which most others have too; None where one is twice."""
    keys = _keys(file.head(_FIRST_LINES_BYTES).partition(b"\n")[0])
    is_each_once = len({name.lower() for name in keys if name.isascii()}) == len(keys)
    return keys if keys and is_each_once else None


def first_names(file: Readable) -> set[str]:
    """Names of those objects that end within the first 64 kB of JSONL."""
    lines = file.head(_FIRST_LINES_BYTES).splitlines(keepends=True)
    return {name for line in lines if line.endswith(b"\n") for name in _keys(line)}


def _keys(line: bytes) -> list[str]:
    """Keys of a line of JSON in its order; none where it is no object, or one is no text."""
    if not line.startswith(b"{"):
        return []
    try:
        keys = [name for name, _ in json.loads(line, object_pairs_hook=list)]
        "".join(keys).encode()
    except (ValueError, RecursionError):
        return []
    return keys


# What stands before a number of JSON, strings whole, and the number; none at the end of the line.
_TO_NUMBER = r'((?:"(?:[^"\\]|\\.)*"|[^"\-0-9])*)(-?[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?|\z)'


def _json_id(place: int) -> str:
    """SQL for an id in a line of JSON as text, with the digits as they are written.

    DuckDB makes 1.1 of 1.10, and 1.2345678901234567e19 of 12345678901234567890.0.
    """
    text, pointer = f"_values[{place + 1}]", f"$k{place}"
    quoted = f"left(regexp_replace(_json, '{_TO_NUMBER}', '\\1\"\\2\"', 'g'), -2)"
    return f"""case
        when {text} < ':' and regexp_matches({text}, '^-?[0-9]+([.]|e)')
            and json_type(_json, {pointer}) = 'DOUBLE'
            then json_extract_string({quoted}, {pointer})
        else {text}
    end"""


def _json_pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _scan_parquet(files: list[Readable], content: Content) -> Scan:
    names = ", ".join(f"c{place}" for place in range(len(content.kinds)))
    # The column of the path has to have a name that no column of the files has.
    sql = f"""
        select *, cast(null as text) as _text, cast(null as text) as _fault, false as _is_odd
        from read_parquet($files, filename = $path_name, hive_partitioning = false)
            as files({names}, _path)
    """
    parameters = {"files": patterns(files), "path_name": f"{max(content.header, key=len)}_"}
    return Scan(sql, parameters, content.kinds)
