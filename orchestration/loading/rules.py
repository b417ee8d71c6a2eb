"""Turns rows of text into typed rows, each with a verdict: no rule broken, or the first one.

A rule is one predicate. The verdict that counts a row is the one that moves it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.contract import Column, SourceTable
from orchestration.reading.scans import Scan
from orchestration.reading.text_records import FAULTS
from orchestration.reading.unreadable import UnreadableFile
from orchestration.sql import identifier, literal

BLANK = "blank"
NULL_TEXT = "cast(null as text)"

# ISO 8601 by the letter: DuckDB reads 26-01-02 as the year 26, knows BC, 'epoch' and 'infinity',
# and takes EST and IST for one of the zones that they may mean.
_LOCAL_TIME = r"[1-9]\d{3}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_OFFSET = r" ?(Z|UTC|[+-][01]\d(:?\d{2})?)"
# An offset carries the last hours of 9999 past what ISO 8601, and most tools, can write.
_AFTER_9999 = "timestamp '10000-01-01'"
# What a spreadsheet leaves of a long number.
_ROUNDED_ID = r"\d(\.\d+)?[eE]\+\d+"


@dataclass(frozen=True)
class Violation:
    """SQL for one way in which a row can be refused: when it holds, and what it says."""

    rule: str
    condition: str
    message: str


def positions(table: SourceTable, header: tuple[str, ...]) -> dict[str, str]:
    """Map contract columns to SQL over the scan's columns, ignoring case.

    Objects of JSONL may spell a name in several ways.

    Raises:
        UnreadableFile: a key column is missing.
    """
    by_name = defaultdict(list)
    for position, name in enumerate(header):
        by_name[name.lower()].append(f"c{position}")
    missing = [name for name in table.key_columns if name.lower() not in by_name]
    if missing:
        found = ", ".join(header) or "no columns"
        raise UnreadableFile(f"the key column {missing[0]} is missing; found: {found}")
    return {
        column.name: f"coalesce({', '.join(by_name[column.name.lower()])})"
        for column in table.columns
        if column.name.lower() in by_name
    }


def _typed(column: Column, text: str) -> str:
    """SQL that types a text, null where it cannot be; times without an offset are UTC."""
    if column.is_text:
        return text
    filled = f"nullif(trim({text}), '')"
    cast = f"try_cast({filled} as {column.data_type})"
    if column.data_type == "timestamp":
        local = f"regexp_full_match({filled}, '{_LOCAL_TIME}')"
        zoned = f"regexp_full_match({filled}, '{_LOCAL_TIME}{_OFFSET}')"
        instant = f"try_cast({filled} as timestamptz) at time zone 'UTC'"
        return (
            f"case when {local} then {cast} "
            f"when {zoned} and {instant} < {_AFTER_9999} then {instant} end"
        )
    if column.data_type == "integer":
        return f"if(regexp_full_match({filled}, '[+-]?\\d+'), {cast}, null)"
    if column.data_type.startswith("decimal"):
        return _exact(filled, column.data_type)
    return cast


def _exact(text: str, data_type: str) -> str:
    """SQL for a decimal that is the number of the text, but for what binary arithmetic leaves.

    DuckDB rounds 19.999 to 20.00, and takes 1_000 for 1000 and 5.5e-17 for 0.01;
    29.330000000000002 is a sound 29.33, and 5.5e-17 a sound 0.
    """
    number = f"try_cast({text} as double)"
    decimal = (
        f"if(contains(lower({text}), 'e'), try_cast({number} as {data_type}), "
        f"try_cast({text} as {data_type}))"
    )
    is_exact = f"abs(cast({decimal} as double) - {number}) <= 1e-12 * greatest(1, abs({decimal}))"
    return f"if({is_exact} and not contains({text}, '_'), {decimal}, null)"


def _violations(table: SourceTable, texts: dict[str, str]) -> Iterator[Violation]:
    """Every way to break the contract, in the order in which they are looked for."""
    for fault, reason in FAULTS.items():
        yield Violation(fault, f"_fault = '{fault}'", literal(reason))
    yield Violation(BLANK, "_is_line and coalesce(trim(_text, e' \\t\\r'), '') = ''", "''")
    is_object = "if(json_valid(_text), json_type(_text) = 'OBJECT', false)"
    not_json = literal("the line is not a JSON object")
    yield Violation("malformed", f"_is_line and not {is_object}", not_json)
    names = "json_keys(if(_is_line, lower(_text), null))"
    repeats = f"len({names}) > len(list_distinct({names}))"
    yield Violation("malformed", repeats, literal("the object names a key more than once"))
    for column in table.columns:
        text = texts.get(column.name, NULL_TEXT)
        if column.is_required:
            message = literal(f"{column.name} is missing")
            yield Violation("missing", f"nullif(trim({text}), '') is null", message)
        if column.name.endswith("_id"):
            rounded = f"regexp_full_match({text}, '{_ROUNDED_ID}')"
            says = literal(" is a rounded number; export the column as text")
            yield Violation("type", rounded, f"'{column.name}: ' || left({text}, 100) || {says}")
        if not column.is_text and column.name in texts:
            untyped = f"nullif(trim({text}), '') is not null and {identifier(column.name)} is null"
            says = literal(f" is not a {column.data_type}")
            message = f"'{column.name}: ' || left({text}, 100) || {says}"
            yield Violation("type", untyped, message)
    for rule in table.rules:
        yield Violation(rule.name, f"not coalesce({rule.expression}, true)", literal(rule.message))


def _case(branches: Iterator[tuple[str, str]]) -> str:
    return "case " + " ".join(f"when {when} then {then}" for when, then in branches) + " end"


def _object(pairs: list[tuple[str, str]]) -> str:
    """SQL for a JSON object of header names and scan columns; names are parameters."""
    return f"json_object({', '.join(f'{name}, {value}' for name, value in pairs)})"


def checked(table: SourceTable, header: tuple[str, ...], rows: Scan, *, is_line: bool) -> Scan:
    """Build the SELECT that types a scan and judges each row.

    Gives the contract's columns, `_extra`, `_path`, `_rule` and `_message` (null when the row is
    sound) and `_row_text` (null when the row is sound).
    """
    texts = positions(table, header)
    pairs = [(f"$header[{place}]", f"c{place - 1}") for place in range(1, len(header) + 1)]
    known = {name.lower() for name in texts}
    extra = [pair for name, pair in zip(header, pairs, strict=True) if name.lower() not in known]
    row_text = f"coalesce(_text, cast({_object(pairs)} as text))"
    columns = ", ".join(
        f"{_typed(column, texts.get(column.name, NULL_TEXT))} as {identifier(column.name)}"
        for column in table.columns
    )
    violations = list(_violations(table, texts))
    typed_names = ", ".join(identifier(column.name) for column in table.columns)
    sql = f"""
        with scanned as (select *, {is_line} as _is_line from ({rows.sql})),
        typed as (
            select *, {columns}, {_object(extra) if extra else "cast(null as json)"} as _extra
            from scanned
        ),
        judged as (
            select *, {_case((v.condition, literal(v.rule)) for v in violations)} as _rule,
            from typed
        )
        select
            {typed_names}, _extra, _path, _rule,
            if(_rule is null, null, {_case((v.condition, v.message) for v in violations)})
                as _message,
            if(_rule is null, null, {row_text}) as _row_text,
        from judged
    """
    names = {"header": list(header)} if "$header" in sql else {}
    return Scan(sql, rows.parameters | names)
