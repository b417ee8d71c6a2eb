"""Turns rows of files into typed rows, each with a verdict: no rule broken, or the first one.

A rule is one predicate. The verdict that counts a row is the one that moves it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.contract import Column, SourceTable
from orchestration.loading.casts import typed
from orchestration.reading.headers import shown
from orchestration.reading.scans import Scan, Value
from orchestration.reading.text_records import FAULTS
from orchestration.reading.unreadable import UnreadableFile
from orchestration.sql import identifier, literal

BLANK = "blank"
NULL = Value("cast(null as text)")


@dataclass(frozen=True)
class Violation:
    """SQL for one way in which a row can be refused: when it holds, and what it says."""

    rule: str
    condition: str
    message: str


def positions(table: SourceTable, header: tuple[str, ...]) -> dict[str, list[int]]:
    """Map contract columns to places in the header, ignoring case.

    Objects of JSONL may spell a name in several ways.

    Raises:
        UnreadableFile: a key column is missing.
    """
    by_name = defaultdict(list)
    for position, name in enumerate(header):
        by_name[name.lower()].append(position)
    missing = [name for name in table.key if name.lower() not in by_name]
    if missing:
        found = shown(header, "found: {}")
        raise UnreadableFile(f"the key column {missing[0]} is missing; {found}")
    return {
        column.name: by_name[column.name.lower()]
        for column in table.columns
        if column.name.lower() in by_name
    }


def _found(places: list[int], rows: Scan) -> Value:
    """The value of a column, which in JSONL the first of several spellings gives."""
    first, *others = [rows.value(place) for place in places]
    texts = ", ".join(value.text for value in (first, *others))
    return Value(f"coalesce({texts})") if others else first


def _violations(table: SourceTable, values: dict[str, Value]) -> Iterator[Violation]:
    """Every way to break the contract, in the order in which they are looked for."""
    for fault, reason in FAULTS.items():
        yield Violation(fault, f"_fault = '{fault}'", literal(reason))
    yield Violation(BLANK, "_is_odd and coalesce(trim(_text, e' \\t\\r'), '') = ''", "''")
    is_object = "if(json_valid(_text), json_type(_text) = 'OBJECT', false)"
    not_json = literal("the line is not a JSON object")
    yield Violation("malformed", f"_is_odd and not {is_object}", not_json)
    names = "json_keys(if(_is_odd, lower(_text), null))"
    repeats = f"len({names}) > len(list_distinct({names}))"
    yield Violation("malformed", repeats, literal("the object names a key more than once"))
    for column in table.columns:
        if column.name == table.version and column.name not in values:
            continue  # the landing date stands in
        yield from _violations_of(column, values.get(column.name, NULL))
    for rule in table.rules:
        yield Violation(rule.name, f"not coalesce({rule.expression}, true)", literal(rule.message))


def _violations_of(column: Column, value: Value) -> Iterator[Violation]:
    """What may be wrong with one value; what is cheap to tell is asked first."""
    name, is_text = identifier(column.name), column.is_text
    text = name if is_text else value.text
    is_suspect = f"coalesce({name}, '') < '!'" if is_text else f"{name} is null"
    if column.is_required:
        message = literal(f"{column.name} is missing")
        yield Violation("missing", f"{is_suspect} and nullif(trim({text}), '') is null", message)
    if column.name.endswith("_id"):
        says = literal(" is a rounded number; export the column as text")
        message = f"'{column.name}: ' || left({text}, 100) || {says}"
        yield Violation("type", value.is_rounded, message)
    if not is_text and value is not NULL:
        untyped = f"{is_suspect} and nullif(trim({text}), '') is not null"
        article = "an" if column.data_type.startswith("i") else "a"
        says = literal(f" is not {article} {column.data_type}{_for_sure(column, value)}")
        message = f"'{column.name}: ' || left({text}, 100) || {says}"
        yield Violation("type", untyped, message)


def _for_sure(column: Column, value: Value) -> str:
    """What to do about a number that may be a thousand, or a fraction of three digits."""
    if not (value.has_decimal_comma and column.is_decimal):
        return ""
    return (
        " for sure: 1.234 and 1,234 may be a thousand and more, or little more than one;"
        " write 1234 or 1,2340"
    )


def _case(branches: Iterator[tuple[str, str]]) -> str:
    return "case " + " ".join(f"when {when} then {then}" for when, then in branches) + " end"


def _object(pairs: list[tuple[str, str]]) -> str:
    """SQL for a JSON object of header names and texts; names are parameters."""
    return f"json_object({', '.join(f'{name}, {value}' for name, value in pairs)})"


def checked(table: SourceTable, header: tuple[str, ...], rows: Scan) -> Scan:
    """Build the SELECT that types a scan and judges each row.

    Gives the contract's columns (the version null where no row of the files has one), `_extra`,
    `_path`, `_rule` and `_message` (null when the row is sound) and `_row_text` (null when the row
    is sound).
    """
    values = {name: _found(places, rows) for name, places in positions(table, header).items()}
    pairs = [(f"$header[{n + 1}]", rows.value(n).text) for n in range(len(header))]
    known = {name.lower() for name in values}
    extra = [pair for name, pair in zip(header, pairs, strict=True) if name.lower() not in known]
    row_text = f"coalesce(_text, cast({_object(pairs)} as text))"
    columns = ", ".join(
        f"{typed(column, values.get(column.name, NULL))} as {identifier(column.name)}"
        for column in table.columns
    )
    violations = list(_violations(table, values))
    typed_names = ", ".join(identifier(column.name) for column in table.columns)
    sql = f"""
        with scanned as ({rows.sql}),
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
