"""Types a value of a file as the contract asks, or not at all: from its text, or as it is."""

import re

from orchestration.contract import Column
from orchestration.reading.scans import INTEGERS, Value

# ISO 8601 by the letter: DuckDB reads 26-01-02 as the year 26, knows BC, 'epoch' and 'infinity',
# and takes EST and IST for one of the zones that they may mean.
_DAY = r"[1-9]\d{3}-\d{2}-\d{2}"
_LOCAL_TIME = _DAY + r"([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_MIDNIGHT = r"([T ]00:00(:00(\.0+)?( ?(Z|UTC|[+-]00(:?00)?))?)?)?"
_OFFSET = r" ?(Z|UTC|[+-][01]\d(:?[0-5]\d)?)"
# An offset carries the last hours of 9999 past what ISO 8601, and most tools, can write.
_AFTER_9999 = "timestamp '10000-01-01'"
_YEAR_1000 = "timestamp '1000-01-01'"

_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)", re.IGNORECASE)
_LOCAL_INSTANTS = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "DATE"}


def typed(column: Column, value: Value) -> str:
    """SQL that types a value, null where it cannot be; times without an offset are UTC."""
    if column.is_text:
        return value.text_or_gap
    text = value.text
    if value.has_decimal_comma and column.is_decimal:
        text = _with_point(text)
    return _as_it_is(column.data_type, value) or _from_text(column.data_type, text)


def _as_it_is(data_type: str, value: Value) -> str | None:
    """SQL for a value whose own type fits, which gives what its text would give; None for others.

    The way through text takes three times as long.
    """
    if data_type == "timestamp":
        return _instant(value)
    if data_type == "date":
        return _within_years(value.sql) if value.kind == "DATE" else None
    is_whole = value.kind in INTEGERS
    fits = {
        "integer": is_whole,
        "decimal": is_whole or _has_no_more_digits(value.kind, data_type),
    }.get(data_type.partition("(")[0], value.kind.lower() == data_type)
    return f"try_cast({value.sql} as {data_type})" if fits else None


def _instant(value: Value) -> str | None:
    if value.kind in _LOCAL_INSTANTS:
        instant = f"try_cast({value.sql} as timestamp)"
    elif value.kind == "TIMESTAMP WITH TIME ZONE":
        instant = f"({value.sql} at time zone 'UTC')"
    else:
        return None
    return _within_years(instant)


def _within_years(time: str) -> str:
    """SQL for a time that ISO 8601 can write with four digits of the year, null for others."""
    return f"if({time} >= {_YEAR_1000} and {time} < {_AFTER_9999}, {time}, null)"


def _has_no_more_digits(kind: str, data_type: str) -> bool:
    """Whether no digit of a decimal is beyond the point of another, where it would be rounded."""
    own, asked = _DECIMAL.fullmatch(kind), _DECIMAL.fullmatch(data_type)
    return bool(own and asked and int(own[2]) <= int(asked[2]))


def _with_point(text: str) -> str:
    """SQL for a number as it is written with a point; null where 1.234 may be a thousand and more.

    Of a comma and points, or other than three digits after the one mark, the comma is the point's.
    """
    number = f"trim({text})"
    plain = f"replace(replace({number}, '.', ''), ',', '.')"
    return rf"""case
        when regexp_full_match({number}, '[+-]?[1-9]\d{{0,2}}[.,]\d{{3}}') then null
        when regexp_full_match({number}, '[+-]?(\d+|\d{{1,3}}(\.\d{{3}})+),\d+') then {plain}
        else {text}
    end"""


def _from_text(data_type: str, text: str) -> str:
    """SQL that types a text, which seldom has spaces around it."""
    return f"coalesce({_cast(data_type, text)}, {_cast(data_type, f'trim({text})')})"


def _cast(data_type: str, text: str) -> str:
    cast = f"try_cast({text} as {data_type})"
    if data_type == "timestamp":
        # DuckDB takes no offset without seconds before it.
        to_seconds = f"if({text}[17] = ':', {text}, {text}[:16] || ':00' || {text}[17:])"
        instant = f"try_cast({to_seconds} as timestamptz) at time zone 'UTC'"
        return (
            f"case when regexp_full_match({text}, '{_LOCAL_TIME}') then {cast} "
            f"when regexp_full_match({text}, '{_LOCAL_TIME}{_OFFSET}') "
            f"and {instant} < {_AFTER_9999} then {instant} end"
        )
    if data_type == "date":
        day = f"try_cast(left({text}, 10) as date)"
        return f"if(regexp_full_match({text}, '{_DAY}{_MIDNIGHT}'), {day}, null)"
    if data_type == "integer":
        return f"if(regexp_full_match({text}, '[+-]?\\d+(\\.0+)?'), {cast}, null)"
    if asked := _DECIMAL.fullmatch(data_type):
        plain = rf"[+-]?\d+(\.\d{{1,{asked[2]}}})?"
        return f"if(regexp_full_match({text}, '{plain}'), {cast}, {_exact(text, data_type)})"
    return cast


def _exact(text: str, data_type: str) -> str:
    """SQL for a decimal that is the number of the text, but for what binary arithmetic leaves.

    DuckDB rounds 19.999 to 20.00, and takes 1_000 for 1000 and 5.5e-17 for 0.01;
    29.330000000000002 is a sound 29.33, and 5.5e-17 a sound 0. Of 12345678901.234 the last digit is
    no dust, though it is as small a part.
    """
    number = f"try_cast({text} as double)"
    decimal = (
        f"if(contains(lower({text}), 'e'), try_cast({number} as {data_type}), "
        f"try_cast({text} as {data_type}))"
    )
    size = f"greatest(1, abs({decimal}))"
    dust = f"least(1e-12 * {size}, greatest(1e-6, 4e-16 * {size}))"
    is_exact = f"abs(cast({decimal} as double) - {number}) <= {dust}"
    return f"if({is_exact} and not contains({text}, '_'), {decimal}, null)"
