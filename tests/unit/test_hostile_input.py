"""What a hostile file ends in: rows loaded, rows quarantined with a reason, or the file refused.

Three tables say what comes in and what becomes of it: single values, whole text files, and Parquet.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.contract import SourceTable, source_tables
from orchestration.loading.ledger import quarantine_name, raw_name
from orchestration.loading.load import load_table
from orchestration.settings import Limits

TABLES = {f"{table.source}/{table.name}": table for table in source_tables()}


@dataclass
class Zone:
    """A landing zone and the warehouse that loads it."""

    folder: Path
    connection: duckdb.DuckDBPyConnection

    def load(self, path: str, name: str, content: bytes) -> list[str]:
        """Land a file and load its table; give the messages of what stays outside.

        A file with one sound row is not held back, however many others are refused.
        """
        file = self.folder / path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        report = load_table(
            self.connection, self.folder, TABLES[path], limits=Limits(max_refused_share=1)
        )
        return list(report.messages)

    def rows(self, sql: str) -> list[Any]:
        return self.connection.execute(sql).fetchall()

    def raw(self, path: str, columns: str) -> list[Any]:
        return self.rows(f"select {columns} from {raw_name(TABLES[path])} order by all")

    def quarantine(self, path: str, columns: str) -> list[Any]:
        return self.rows(f"select {columns} from {quarantine_name(TABLES[path])} order by all")


@pytest.fixture
def zone(tmp_path: Path) -> Iterator[Zone]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield Zone(tmp_path, connection)


def parquet(tmp_path: Path, select: str) -> bytes:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        file = str(tmp_path / "made.parquet")
        connection.execute(f"copy ({select}) to '{file}' (format parquet)")
    return Path(file).read_bytes()


# Single values: the same in CSV, JSONL and Parquet.

SOUND = {
    "survey/responses": {
        "response_id": "r1",
        "instrument_id": "nps",
        "responded_at": "2026-01-02",
    },
    "survey/invitations": {
        "invitation_id": "i1",
        "instrument_id": "nps",
        "customer_id": "c1",
        "sent_at": "2026-01-02",
    },
    "orders/orders": {
        "order_id": "o1",
        "updated_at": "2026-01-02",
        "status": "completed",
        "currency": "EUR",
        "ordered_at": "2026-01-02",
        "total_amount": "1",
    },
    "orders/items": {
        "order_id": "o1",
        "line_number": "1",
        "product_id": "p1",
        "quantity": "1",
        "unit_price": "1",
    },
    "crm/subscriptions": {
        "subscription_id": "s1",
        "updated_at": "2026-01-02",
        "customer_id": "c1",
        "mrr": "10",
        "status": "active",
        "started_at": "2026-01-02",
    },
}

REFUSED = object()

# table, column, text -> text of the typed value, or REFUSED
VALUES: list[tuple[str, str, str, object]] = [
    # Instants: ISO 8601, UTC unless they say otherwise.
    ("survey/responses", "responded_at", "2026-01-02", "2026-01-02 00:00:00"),
    ("survey/responses", "responded_at", " 2026-01-02T03:04 ", "2026-01-02 03:04:00"),
    ("survey/responses", "responded_at", "2026-01-02 03:04:05 UTC", "2026-01-02 03:04:05"),
    ("survey/responses", "responded_at", "2026-01-02T03:04:05.678Z", "2026-01-02 03:04:05.678"),
    ("survey/responses", "responded_at", "2026-01-02T03:04:05+0530", "2026-01-01 21:34:05"),
    ("survey/responses", "responded_at", "2026-01-02T03:04Z", "2026-01-02 03:04:00"),
    ("survey/responses", "responded_at", "2026-01-02T03:04+01:00", "2026-01-02 02:04:00"),
    ("survey/responses", "responded_at", "2026-01-02 03:04 UTC", "2026-01-02 03:04:00"),
    ("survey/responses", "responded_at", "2026-01-02T03:04:05+05:75", REFUSED),
    ("survey/responses", "responded_at", "1970-01-01", "1970-01-01 00:00:00"),
    ("survey/responses", "responded_at", "9999-12-31", "9999-12-31 00:00:00"),
    ("survey/responses", "responded_at", "9999-12-31T23:59:59Z", "9999-12-31 23:59:59"),
    ("survey/responses", "responded_at", "9999-12-31T23:59:59-05:00", REFUSED),
    ("survey/responses", "responded_at", "9999-12-31T23:59:59+05:00", "9999-12-31 18:59:59"),
    ("survey/responses", "responded_at", "02.01.2026", REFUSED),
    ("survey/responses", "responded_at", "01/02/2026", REFUSED),
    ("survey/responses", "responded_at", "2026/01/02", REFUSED),
    ("survey/responses", "responded_at", "2026-31-12", REFUSED),
    ("survey/responses", "responded_at", "2026-02-30", REFUSED),
    ("survey/responses", "responded_at", "26-01-02", REFUSED),
    ("survey/responses", "responded_at", "0000-00-00", REFUSED),
    ("survey/responses", "responded_at", "0001-01-01", REFUSED),
    ("survey/responses", "responded_at", "12026-01-02", REFUSED),
    ("survey/responses", "responded_at", "0044-03-15 (BC)", REFUSED),
    ("survey/responses", "responded_at", "20260102", REFUSED),
    ("survey/responses", "responded_at", "1767312000", REFUSED),
    ("survey/responses", "responded_at", "46024.5", REFUSED),
    ("survey/responses", "responded_at", "2026-01-02 03:04:05 IST", REFUSED),
    ("survey/responses", "responded_at", "2026-01-02T03:04:05+25:00", REFUSED),
    ("survey/responses", "responded_at", "2026-01-02T25:00:00", REFUSED),
    ("survey/responses", "responded_at", "now", REFUSED),
    ("survey/responses", "responded_at", "epoch", REFUSED),
    ("survey/responses", "responded_at", "infinity", REFUSED),
    # Scores, decimal(6,2): a score off its scale is for the models to tell.
    ("survey/responses", "score", "11", "11.00"),
    ("survey/responses", "score", "-1", "-1.00"),
    ("survey/responses", "score", " 9.50 ", "9.50"),
    ("survey/responses", "score", "7.0000", "7.00"),
    ("survey/responses", "score", "1e2", "100.00"),
    ("survey/responses", "score", "29.330000000000002", "29.33"),
    ("survey/responses", "score", "2.6999999999999997", "2.70"),
    ("survey/responses", "score", "1.5E+2", "150.00"),
    ("survey/responses", "score", "5.551115123125783e-17", "0.00"),
    ("survey/responses", "score", "9.999", REFUSED),
    ("survey/responses", "score", "0.001", REFUSED),
    ("survey/responses", "score", "1e-5", REFUSED),
    ("survey/responses", "score", "10000", REFUSED),
    ("survey/responses", "score", "2,7", REFUSED),
    ("survey/responses", "score", "1,000.00", REFUSED),
    ("survey/responses", "score", "1.000,00", REFUSED),
    ("survey/responses", "score", "1 000", REFUSED),
    ("survey/responses", "score", "1\u00a0000", REFUSED),
    ("survey/responses", "score", "1_000", REFUSED),
    ("survey/responses", "score", "1'000", REFUSED),
    ("survey/responses", "score", "0x10", REFUSED),
    ("survey/responses", "score", "NaN", REFUSED),
    ("survey/responses", "score", "-inf", REFUSED),
    ("survey/responses", "score", "9/10", REFUSED),
    ("survey/responses", "score", "true", REFUSED),
    ("survey/responses", "score", "n/a", REFUSED),
    ("survey/responses", "score", "9\x00", REFUSED),
    # Money, decimal(18,2), and counts.
    ("orders/orders", "total_amount", "-19.99", "-19.99"),
    ("orders/orders", "total_amount", "9999999999999999.99", "9999999999999999.99"),
    ("orders/orders", "total_amount", "19.999", REFUSED),
    ("orders/orders", "total_amount", "1234567.891", REFUSED),
    ("orders/orders", "total_amount", "123456.78000000014", "123456.78"),
    ("orders/orders", "total_amount", "1234567890123.4502", "1234567890123.45"),
    ("orders/orders", "total_amount", "1234567890.001", REFUSED),
    ("orders/orders", "total_amount", "12345678901.234", REFUSED),
    ("orders/orders", "total_amount", "99999999999.995", REFUSED),
    ("orders/orders", "total_amount", "10000000000000000", REFUSED),
    ("orders/orders", "total_amount", "$19.99", REFUSED),
    ("crm/subscriptions", "mrr", "0", "0.00"),
    ("crm/subscriptions", "mrr", "-10", REFUSED),
    ("orders/items", "line_number", "007", "7"),
    ("orders/items", "line_number", "7.0", "7"),
    ("orders/items", "line_number", "-7.00", "-7"),
    ("orders/items", "line_number", "7.", REFUSED),
    ("orders/items", "line_number", "2.7", REFUSED),
    ("orders/items", "line_number", "1e2", REFUSED),
    ("orders/items", "line_number", "1_000", REFUSED),
    ("orders/items", "line_number", "99999999999", REFUSED),
    ("orders/items", "line_number", "\u0661", REFUSED),
    ("survey/invitations", "bounced", "TRUE", "true"),
    ("survey/invitations", "bounced", "0", "false"),
    ("survey/invitations", "bounced", "oui", REFUSED),
    # Ids are text and stay as they are, unless a spreadsheet has rounded them.
    ("survey/responses", "response_id", "000123", "000123"),
    ("survey/responses", "response_id", " r1 ", " r1 "),
    ("survey/responses", "response_id", "12e45678", "12e45678"),
    ("survey/responses", "response_id", "r\x001", "r\x001"),
    ("survey/responses", "response_id", "'; drop table x; --", "'; drop table x; --"),
    ("survey/responses", "response_id", "1.23457E+12", REFUSED),
    ("survey/responses", "customer_id", "1E+15", REFUSED),
    ("survey/responses", "response_id", "   ", REFUSED),
    ("survey/responses", "instrument_id", "", REFUSED),
    # Text is text.
    ("survey/responses", "comment", "two\nlines\r\nthree\rfour", "two\nlines\r\nthree\rfour"),
    ("survey/responses", "comment", 'a "quoted", \\"odd\\" one', 'a "quoted", \\"odd\\" one'),
    ("survey/responses", "comment", "", ""),
    ("survey/responses", "comment", "NULL", "NULL"),
    ("survey/responses", "comment", "caf\u00e9 \U0001f600 \u202e", "caf\u00e9 \U0001f600 \u202e"),
    ("survey/responses", "comment", "=1+1", "=1+1"),
]


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def as_csv(rows: list[dict[str, str]]) -> bytes:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(",".join(map(quoted, line)) for line in lines).encode()


def as_jsonl(rows: list[dict[str, str]]) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


def as_parquet(rows: list[dict[str, str]], tmp_path: Path) -> bytes:
    def text(value: str) -> str:
        return " || chr(0) || ".join(
            "'" + part.replace("'", "''") + "'" for part in value.split("\0")
        )

    selects = (
        "select " + ", ".join(f"{text(value)} as {name}" for name, value in row.items())
        for row in rows
    )
    return parquet(tmp_path, " union all ".join(selects))


@pytest.mark.parametrize(
    ("path", "column"), dict.fromkeys((path, column) for path, column, _, _ in VALUES)
)
@pytest.mark.parametrize("format_", ["csv", "jsonl", "parquet"])
def test_a_value_is_what_it_says_or_its_row_is_quarantined(
    format_: str, path: str, column: str, zone: Zone, tmp_path: Path
) -> None:
    cases = [(text, becomes) for *place, text, becomes in VALUES if place == [path, column]]
    rows = [
        SOUND[path] | {column: text, "case": str(number)} for number, (text, _) in enumerate(cases)
    ]
    sound = next((text for text, becomes in cases if becomes is not REFUSED), "c1")
    rows.append(SOUND[path] | {column: sound, "case": str(len(cases))})
    write = {"csv": as_csv, "jsonl": as_jsonl}
    content = write[format_](rows) if format_ in write else as_parquet(rows, tmp_path)

    messages = zone.load(path, f"a.{format_}", content)

    *became, _ = zone.raw(path, f"(_extra ->> 'case')::int, {column}::text")
    refused = zone.quarantine(path, "(row_text ->> 'case')::int, row_text, message")
    expected = list(enumerate(becomes for _, becomes in cases))
    assert messages == []
    assert became == [(number, value) for number, value in expected if value is not REFUSED]
    assert [number for number, *_ in refused] == [n for n, value in expected if value is REFUSED]
    for number, row_text, message in refused:
        assert json.loads(row_text)[column] == cases[number][0]
        assert column in message


# Whole text files. H is the header, R(n) a sound row.

H = "response_id,instrument_id,responded_at,comment\n"


def R(number: int, comment: str = "fine") -> str:  # noqa: N802
    return f"r{number},nps,2026-01-02,{comment}\n"


def J(number: int, **more: object) -> str:  # noqa: N802
    sound = {"response_id": f"r{number}", "instrument_id": "nps", "responded_at": "2026-01-02"}
    return json.dumps(sound | more) + "\n"


LONG = "x" * 10_000_000
NO_KEY = "the key column response_id is missing"

# what, format, content -> comments of loaded rows, (line, rule) of quarantined ones
CONTENTS: list[tuple[str, str, str | bytes, list[str | None], list[tuple[int, str]]]] = [
    ("header only", "csv", H, [], []),
    ("header without a line end", "csv", H.strip(), [], []),
    ("no line end at the end", "csv", (H + R(1)).strip(), ["fine"], []),
    ("byte-order mark", "csv", "\ufeff" + H + R(1), ["fine"], []),
    ("byte-order mark, quotes", "csv", '\ufeff"response_id",' + H[12:] + R(1), ["fine"], []),
    ("quoted header", "csv", '"response_id",' + H[12:] + R(1), ["fine"], []),
    ("spaces in the header", "csv", H.replace(",", " , ") + R(1), ["fine"], []),
    ("header of two lines", "csv", '"Score\n0-10",' + H + "9," + R(1), ["fine"], []),
    ("blank lines", "csv", "\n\n" + H + "\n" + R(1) + "\r\n\n" + R(2), ["fine"] * 2, []),
    ("line ends of Windows", "csv", (H + R(1) + R(2)).replace("\n", "\r\n"), ["fine"] * 2, []),
    ("line ends of old Macs", "csv", (H + R(1) + R(2)).replace("\n", "\r"), ["fine"] * 2, []),
    ("mixed line ends", "csv", H + R(1)[:-1] + "\r\n" + R(2)[:-1] + "\r" + R(3), ["fine"] * 3, []),
    (
        "line ends within quotes",
        "csv",
        H + R(1, '"a\nb"') + R(2, '"a\r\nb"') + R(3, '"a\rb"') + "r4\n",
        ["a\nb", "a\r\nb", "a\rb"],
        [(5, "ragged")],
    ),
    ("empty and quoted empty", "csv", H + R(1, "") + R(2, '""'), [None, ""], []),
    ("spaces around quotes", "csv", H + R(1, ' "a, b" '), ["a, b"], []),
    ("trailing commas", "csv", (H + R(1)).replace("\n", ",\n"), ["fine"], []),
    ("commas after rows", "csv", H + R(1).replace("\n", ",,\n") + R(2), ["fine"] * 2, []),
    ("trailing commas, other rows ragged", "csv", H + R(1, "a,,") + "r2\n", ["a"], [(3, "ragged")]),
    ("ragged rows", "csv", H + "r1,nps\n" + R(2) + R(3, "a,b"), ["fine"],
     [(2, "ragged"), (4, "ragged")]),
    ("NUL in a column too many", "csv", H + R(1, "a,\0") + R(2, "a\0b"), ["a\0b"],
     [(2, "ragged")]),
    ("quotes inside a field", "csv", H + R(1, '5" pipe') + R(2, 'a "b" c'),
     ['5" pipe', 'a "b" c'], []),
    ("text after a quote", "csv", H + R(1, '"a" b') + R(2, '"a"b"') + R(3), ["fine"],
     [(2, "quoting"), (3, "quoting")]),
    ("a quote never closed", "csv", H + R(1) + R(2, '"open') + R(3), ["fine"] * 2,
     [(3, "quoting")]),
    ("two quotes never closed", "csv", H + R(1, '"open') + R(2, '"open') + R(3, '"a"'), ["a"],
     [(2, "quoting"), (3, "quoting")]),
    ("Latin-1", "csv", H.encode() + R(1, "caf\u00e9").encode("latin-1") + R(2).encode(), ["fine"],
     [(2, "encoding")]),
    ("UTF-8 cut short", "csv", H.encode() + R(1, "\u20ac").encode()[:-2] + b"\n" + R(2).encode(),
     ["fine"], [(2, "encoding")]),
    ("surrogates as bytes", "csv", H.encode() + b"r1,nps,2026-01-02,\xed\xa0\x80\n", [],
     [(2, "encoding")]),
    ("10 MB field", "csv", H + R(1, LONG) + R(2), ["fine", LONG], []),
    ("10 MB field in a ragged row", "csv", H + R(1, LONG + ",1") + R(2), ["fine"],
     [(2, "ragged")]),
    ("columns in another order", "csv", "comment,responded_at,instrument_id,RESPONSE_ID\n"
     "fine,2026-01-02,nps,r1\n", ["fine"], []),
    ("a required column is missing", "csv", "response_id,comment\nr1,fine\n", [],
     [(2, "missing")]),
    ("the same row twice", "csv", H + R(1) + R(1), ["fine"] * 2, []),
    ("an unknown column with a hostile name", "csv", f'"x"";--",{H}1,{R(1)}', ["fine"], []),
    # JSONL
    ("no line end at the end", "jsonl", J(1).strip(), [None], []),
    ("byte-order mark", "jsonl", "\ufeff" + J(1, comment="a"), ["a"], []),
    ("line ends of Windows", "jsonl", (J(1) + J(2)).replace("\n", "\r\n"), [None] * 2, []),
    ("mixed line ends", "jsonl", J(1) + J(2)[:-1] + "\r\n" + J(3), [None] * 3, []),
    ("blank lines", "jsonl", "\n \n" + J(1) + "\n\t\n{\n" + J(2), [None] * 2, [(6, "malformed")]),
    ("key absent, null and empty", "jsonl", J(1) + J(2, comment=None) + J(3, comment=""),
     [None, None, ""], []),
    ("no objects", "jsonl", '[1]\n"text"\nnull\n7\n' + J(1), [None],
     [(1, "malformed"), (2, "malformed"), (3, "malformed"), (4, "malformed")]),
    ("two objects a line", "jsonl", J(1).strip() + J(2) + J(3), [None], [(1, "malformed")]),
    ("nested values", "jsonl", J(1, comment={"a": [1, None]}) + J(2, score=[9]),
     ['{"a":[1,null]}'], [(2, "type")]),
    ("numbers as strings and strings as numbers", "jsonl", J(1, score="9", comment=12), ["12"], []),
    ("a key twice", "jsonl", J(1, score=9).replace("}", ', "score": 7}') + J(2), [None],
     [(1, "malformed")]),
    ("a key in two spellings", "jsonl", J(1, comment="a", Comment="b") + J(2, COMMENT="c"),
     ["c"], [(1, "malformed")]),
    ("huge integers", "jsonl", J(1, score=10**30) + J(2, comment=10**25), ["1" + "0" * 25],
     [(1, "type")]),
    ("NaN and Infinity", "jsonl", J(1, score=float("nan")) + J(2, score=float("inf")) + J(3),
     [None], [(1, "type"), (2, "type")]),
    ("gaps as pandas writes them", "jsonl",
     J(1, comment=float("nan")) + J(2, comment="NaN") + J(3, response_id=float("nan")),
     [None, "NaN"], [(3, "missing")]),
    ("a lone surrogate", "jsonl", J(1, comment="\ud800") + J(2, comment="\U0001f600"),
     ["\U0001f600"], [(1, "malformed")]),
    ("NUL, raw and escaped", "jsonl", J(1, comment="a\0b") + J(2).replace("nps", "n\0ps"),
     ["a\0b"], [(2, "malformed")]),
    ("control characters", "jsonl", J(1) + J(2).replace("nps", "n\x07ps"), [None],
     [(2, "malformed")]),
    ("Latin-1", "jsonl", J(1).encode() + J(2).replace("nps", "np\u00e9").encode("latin-1"), [None],
     [(2, "encoding")]),
    ("10 MB field", "jsonl", J(1, comment=LONG) + J(2), [None, LONG], []),
    ("a key column that some lack", "jsonl", J(1) + '{"instrument_id": "nps"}\n', [None],
     [(2, "missing")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "format_", "content", "comments", "quarantined"),
    CONTENTS,
    ids=[f"{format_}: {what}" for what, format_, *_ in CONTENTS],
)
def test_a_hostile_file_gives_its_sound_rows_and_quarantines_the_others(
    what: str,
    format_: str,
    content: str | bytes,
    comments: list[str | None],
    quarantined: list[tuple[int, str]],
    zone: Zone,
) -> None:
    data = content.encode() if isinstance(content, str) else content
    messages = zone.load("survey/responses", f"a.{format_}", data)

    loaded = [comment for (comment,) in zone.raw("survey/responses", "comment")]
    refused = zone.quarantine("survey/responses", "line, rule, message, row_text, file")
    is_held = bool(quarantined) and not comments
    assert ["held back" in message for message in messages] == [True] * is_held
    assert sorted(loaded, key=repr) == sorted(comments, key=repr)
    assert [(line, rule) for line, rule, *_ in refused] == quarantined
    assert all(all(row) and row[4] == f"survey/responses/a.{format_}" for row in refused)
    rows_in_file = zone.rows("select rows_in_file from ledger.files")
    assert rows_in_file == [(0 if is_held else len(comments) + len(quarantined),)]


PARQUET = "parquet"

# what, format, content -> part of the sentence
REFUSALS: list[tuple[str, str, str | bytes, str]] = [
    ("empty", "csv", "", "the file is empty"),
    ("blank", "csv", "\n\n", "the file is empty"),
    ("no header", "csv", R(1) + R(2), f"{NO_KEY}; the first line looks like a row"),
    ("no header, an address twice", "csv", "c1,a@b.c,a@b.c\n", "the first line looks like a row"),
    ("many other names", "csv", ",".join(f"n{i}" for i in range(99)) + "\n", "n19, and 79 others"),
    ("semicolons, no key", "csv", "id;score\nr1;9\n", f"{NO_KEY}; found: id, score"),
    ("tabs", "csv", (H + R(1)).replace(",", "\t"), "separated by '\\t'; separate them by commas"),
    ("pipes", "csv", (H + R(1)).replace(",", "|"), "separated by '|'; separate them by commas"),
    ("Excel's separator", "csv", "sep=,\n" + H + R(1), "the first line is 'sep=,', which only Exc"),
    ("Excel's semicolon", "csv", "sep=;\n" + H + R(1), "delete it, so that the header comes first"),
    (
        "two columns without a name",
        "csv",
        H[:-1] + ",,\n" + R(1),
        "leaves 2 columns without a name",
    ),
    ("a name within two without", "csv", "," + H[:-1] + ",\n," + R(1), "leaves 2 columns without"),
    ("a column twice", "csv", "comment," + H + "a," + R(1), "names comment more than once"),
    ("a column twice, in other case", "csv", "COMMENT," + H, "names comment more than once"),
    ("a key column vanishes", "csv", H.replace("response_id", "id") + R(1), f"{NO_KEY}; found: id"),
    ("UTF-16", "csv", (H + R(1)).encode("utf-16"), "save the file as UTF-8"),
    ("UTF-16 unmarked", "csv", (H + R(1)).encode("utf-16-le"), NO_KEY),
    ("Latin-1 in the header", "csv", b"\xe9," + H.encode(), "save the file as UTF-8"),
    ("a quote never closed in the header", "csv", '"' + H + R(1), "a quote is never closed"),
    ("a header without end", "csv", "x" * 3_000_000, "the header is longer than 256 kB"),
    ("random bytes", "csv", bytes(range(255, 0, -1)), "save the file as UTF-8"),
    ("empty", "jsonl", "", "the file is empty"),
    ("blank", "jsonl", "\n\n", "the file is empty"),
    ("CSV", "jsonl", H + R(1), "write one object a line"),
    ("one array", "jsonl", json.dumps([{"response_id": "r1"}]), "write one object a line"),
    ("over many lines", "jsonl", json.dumps({"a": 1}, indent=1), "write one object a line"),
    ("no key column", "jsonl", '{"id": "r1"}\n', f"{NO_KEY}; found: id"),
    ("UTF-16", "jsonl", J(1).encode("utf-16"), "write one object a line"),
    ("empty", "parquet", "", "not sound Parquet; write it again"),
    ("CSV", "parquet", H + R(1), "not sound Parquet; write it again"),
    ("magic and nothing", "parquet", "PAR1PAR1PAR1", "not sound Parquet; write it again"),
    ("no archive", "csv.gz", H + R(1), "the archive is broken"),
    ("no archive", "jsonl.zst", J(1), "the archive is broken"),
    ("empty archive", "csv.gz", "", "the archive ends in the middle"),
    ("unknown ending", "xlsx", H + R(1), "must end in .csv, .jsonl or .parquet"),
]


@pytest.mark.parametrize(
    ("what", "suffix", "content", "sentence"),
    REFUSALS,
    ids=[f"{suffix}: {what}" for what, suffix, *_ in REFUSALS],
)
def test_a_file_without_rows_to_tell_apart_is_refused_in_a_sentence(
    what: str, suffix: str, content: str | bytes, sentence: str, zone: Zone
) -> None:
    data = content.encode() if isinstance(content, str) else content
    (message,) = zone.load("survey/responses", f"a.{suffix}", data)

    assert message.startswith(f"survey/responses/a.{suffix}: ")
    assert sentence in message
    assert str(zone.folder) not in message
    assert len(message) < 400 and "\n" not in message
    assert zone.raw("survey/responses", "1") == zone.quarantine("survey/responses", "1") == []
    assert zone.rows("select status, rows_in_file from ledger.files") == [("refused", 0)]


# Parquet: column = value -> text that is stored, or REFUSED

TYPED: list[tuple[str, str, object]] = [
    ("responded_at", "timestamp '2026-01-02 03:04:05'", "2026-01-02 03:04:05"),
    ("responded_at", "timestamptz '2026-01-02 03:04:05+02'", "2026-01-02 01:04:05"),
    ("responded_at", "timestamp_ns '2026-01-02 03:04:05.123456789'", "2026-01-02 03:04:05.123456"),
    ("responded_at", "date '2026-01-02'", "2026-01-02 00:00:00"),
    ("responded_at", "timestamp '10000-01-01'", REFUSED),
    ("responded_at", "timestamptz '9999-12-31 23:59:59-05'", REFUSED),
    ("responded_at", "time '10:00'", REFUSED),
    ("responded_at", "1767312000::bigint", REFUSED),
    ("responded_at", "timestamp 'infinity'", REFUSED),
    ("responded_at", "timestamp '0044-03-15 (BC) 00:00:00'", REFUSED),
    ("score", "9::tinyint", "9.00"),
    ("score", "9.5::double", "9.50"),
    ("score", "2.6999999999999997::double", "2.70"),
    ("score", "2.7::float", "2.70"),
    ("score", "9.5000::decimal(9,4)", "9.50"),
    ("score", "2.675::double", REFUSED),
    ("score", "9.501::decimal(9,4)", REFUSED),
    ("score", "'nan'::double", REFUSED),
    ("score", "'-inf'::float", REFUSED),
    ("score", "18446744073709551615::ubigint", REFUSED),
    ("score", "true", REFUSED),
    ("score", "[9]", REFUSED),
    ("response_id", "12345::bigint", "12345"),
    ("response_id", "12345::double", "12345"),
    ("response_id", "1234567890123456::double", "1234567890123456"),
    ("response_id", "9007199254740993::double", REFUSED),
    ("response_id", "123456789::float", REFUSED),
    ("response_id", "123::decimal(38, 10)", "123"),
    ("response_id", "1.5::decimal(38, 10)", "1.5000000000"),
    ("response_id", "'nan'::double", REFUSED),
    ("response_id", "'inf'::double", REFUSED),
    ("comment", "'nan'::float", None),
    ("response_id", "'r1'::blob", "r1"),
    ("response_id", "uuid '00000000-0000-0000-0000-000000000001'",
     "00000000-0000-0000-0000-000000000001"),
    ("response_id", "1e20::double", REFUSED),
    ("response_id", "null", REFUSED),
    ("comment", "'caf\\xC3\\xA9'::blob", "caf\u00e9"),
    ("comment", "'\\xE9'::blob", "\\xE9"),
    ("comment", "['a', null]", '["a",null]'),
    ("comment", "{'a': 1, 'b': 'x'}", '{"a":1,"b":"x"}'),
    ("comment", "map {'a': 1}", '{"a":1}'),
    ("comment", "'a'::enum('a', 'b')", "a"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "value", "becomes"), TYPED)
def test_other_types_of_parquet_become_the_value_or_stand_in_quarantine(
    column: str, value: str, becomes: object, zone: Zone, tmp_path: Path
) -> None:
    values = {name: f"'{text}'" for name, text in SOUND["survey/responses"].items()}
    select = ", ".join(f"{sql} as {name}" for name, sql in (values | {column: value}).items())

    messages = zone.load("survey/responses", "a.parquet", parquet(tmp_path, f"select {select}"))

    assert ["held back: 1 of its 1 rows" in held for held in messages] == [True] * (
        becomes is REFUSED
    )
    loaded = zone.raw("survey/responses", f"{column}::text")
    refused = zone.quarantine("survey/responses", "line, rule in ('type', 'missing')")
    assert (loaded, refused) == (([], [(None, True)]) if becomes is REFUSED else ([(becomes,)], []))


SELECT = "select 'r' || i as response_id, 'nps' as instrument_id, '2026-01-02' as responded_at"


def test_parquet_without_rows_is_loaded_and_its_column_names_are_only_names(
    zone: Zone, tmp_path: Path
) -> None:
    odd = f'{SELECT}, 1 as filename, 2 as _path, 3 as c0, 4 as "x"";--" from range(2) r(i)'
    zone.load("survey/responses", "none.parquet", parquet(tmp_path, f"{odd} limit 0"))
    messages = zone.load("survey/responses", "odd.parquet", parquet(tmp_path, odd))
    extra = {"filename": "1", "_path": "2", "c0": "3", 'x";--': "4"}
    assert messages == []
    assert [json.loads(row) for (row,) in zone.raw("survey/responses", "_extra")] == [extra] * 2
    assert zone.rows("select rows_in_file from ledger.files order by 1") == [(0,), (2,)]


def broken_parquet(content: bytes) -> dict[str, bytes]:
    rows = content.index(b"PAR1", 4) - 1000
    return {
        "truncated": content[: len(content) // 2],
        "without its last byte": content[:-1],
        "wrong magic": content[:-4] + b"XXXX",
        "a footer of another length": content[:-8] + b"\x10\0\0\0" + content[-4:],
        "zeros for rows": content[:4] + bytes(rows) + content[4 + rows :],
    }


@pytest.mark.parametrize("what", broken_parquet(bytes(2000) + b"PAR1"))
def test_broken_parquet_is_refused(what: str, zone: Zone, tmp_path: Path) -> None:
    content = parquet(tmp_path, f"{SELECT}, md5('' || i) as comment from range(1000) r(i)")
    messages = zone.load("survey/responses", "a.parquet", broken_parquet(content)[what])
    assert messages == ["survey/responses/a.parquet: the file is not sound Parquet; write it again"]


def test_a_decimal_of_more_digits_than_duckdb_has_refuses_its_file(
    zone: Zone, tmp_path: Path
) -> None:
    """DuckDB reads it as another number: 9.50 as 159383552."""
    content = parquet(tmp_path, f"{SELECT}, 9.50::decimal(38, 2) as score from range(3) r(i)")
    precision, wider = b"\x15\x04\x15\x4c", b"\x15\x04\x15\x64"  # scale 2 and 38 or 50 digits
    wide = content.replace(precision, wider)
    assert wide != content
    messages = zone.load("survey/responses", "a.parquet", wide)
    assert messages == [
        "survey/responses/a.parquet: the column score is a decimal of 50 digits; write it with at "
        "most 38"
    ]


def test_rows_that_the_footer_of_parquet_hides_are_missed(zone: Zone, tmp_path: Path) -> None:
    # 300 and 299 as the footer's format (Thrift, compact) writes a 64-bit integer.
    content = parquet(tmp_path, f"{SELECT} from range(300) r(i)")
    number, fewer = b"\x16\xd8\x04", b"\x16\xd6\x04"
    assert number in content
    for place in range(content.count(number)):
        parts = content.split(number)
        hidden = number.join(parts[: place + 1]) + fewer + number.join(parts[place + 1 :])
        zone.load("survey/responses", f"{place}.parquet", hidden)
    outcomes = zone.rows("select status, rows_loaded from ledger.files group by all order by all")
    assert outcomes in ([("refused", 0)], [("loaded", 300), ("refused", 0)])


def test_a_column_that_stands_twice_in_parquet_refuses_it(zone: Zone, tmp_path: Path) -> None:
    content = parquet(tmp_path, f"{SELECT}, 'b' as response_iX from range(1) r(i)")
    twice = content.replace(b"response_iX", b"Response_Id")
    messages = zone.load("survey/responses", "a.parquet", twice)
    assert messages == ["survey/responses/a.parquet: the header names Response_Id more than once"]


def test_what_depends_on_other_rows_or_files_is_loaded(zone: Zone) -> None:
    """Keys that repeat across files, orphans, columns that come and go, and change type."""
    files = {
        "1.csv": H + R(1),
        "2.csv": H + R(1),
        "3.csv": "response_id,instrument_id,responded_at,customer_id\nr2,nps,2026-01-02,c-gone\n",
        "4.csv": "response_id,instrument_id,responded_at,extra\nr3,nps,2026-01-02,new\n",
        "5.jsonl": J(4, customer_id=17, extra=1) + J(5, customer_id="17", extra={"a": 1}),
    }
    for name, content in files.items():
        assert zone.load("survey/responses", name, content.encode()) == []
    assert zone.raw(
        "survey/responses", "response_id, customer_id, comment, _extra ->> 'extra'"
    ) == [
        ("r1", None, "fine", None),
        ("r1", None, "fine", None),
        ("r2", "c-gone", None, None),
        ("r3", None, None, "new"),
        ("r4", "17", None, "1"),
        ("r5", "17", None, '{"a":1}'),
    ]
    assert zone.quarantine("survey/responses", "1") == []


@pytest.mark.parametrize(
    "row", [R(2, '"open'), R(1, '5" pipe') + R(2, '"open'), R(1, 'a "b') + '"\n']
)
def test_a_quote_that_never_closes_loses_no_row_among_many_files(row: str, zone: Zone) -> None:
    zone.connection.execute("set threads = 1")
    folder = zone.folder / "survey" / "responses"
    folder.mkdir(parents=True)
    for number in range(5):
        (folder / f"{number}.csv").write_text(H + R(number))
    assert zone.load("survey/responses", "9.csv", (H + R(9) + row).encode()) == []
    assert zone.rows(
        "select sum(rows_in_file)::int, min(rows_quarantined), max(rows_quarantined) "
        "from ledger.files"
    ) == [(6 + row.count("\n"), 0, 1)]


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("12345678901234567890123", "12345678901234567890123"),
        ("12345678901234567890.0", "12345678901234567890.0"),
        ("1.0", "1.0"),
        ("-1.10", "-1.10"),
        ("7", "7"),
        ('"1.10"', "1.10"),
        ('"5.e"', "5.e"),
        ("1.2345678901234567e+19", None),
        ("[1.10]", "[1.1]"),
    ],
)
def test_an_id_of_json_keeps_its_digits_as_they_are_written(
    written: str, becomes: str | None, zone: Zone
) -> None:
    before = '{"x": "\\"response_id\\": 2.50, ", "y": [3.50, {"response_id": 4.50}], "z-1": -5.50e1'
    line = (
        f'{before}, "response_id": {written}, "instrument_id": "n1", "responded_at": "2026-01-02"}}'
    )
    zone.load("survey/responses", "a.jsonl", (line + "\n" + J(1)).encode())
    ids = [key for (key,) in zone.raw("survey/responses", "response_id")]
    assert sorted(ids) == sorted([becomes, "r1"] if becomes else ["r1"])


@pytest.mark.parametrize(
    ("format_", "row"), [("csv", b"r1,nps,2026-01-02,caf\xe9\n"), ("jsonl", b'{"a": "caf\xe9"}\n')]
)
def test_bytes_that_are_no_text_are_kept_as_their_codes(
    format_: str, row: bytes, zone: Zone
) -> None:
    sound = H + R(2) if format_ == "csv" else J(2)
    zone.load("survey/responses", f"a.{format_}", sound.encode() + row)
    kept = row.strip().decode("ascii", "backslashreplace")
    assert zone.quarantine("survey/responses", "row_text") == [(kept,)]


def test_every_table_takes_a_header_alone(zone: Zone) -> None:
    def header(table: SourceTable) -> bytes:
        return ",".join(column.name for column in table.columns).encode()

    assert {path: zone.load(path, "a.csv", header(table)) for path, table in TABLES.items()} == {
        path: [] for path in TABLES
    }


# score of a file whose columns semicolons separate -> what is stored, or REFUSED
EUROPEAN = {
    "9": "9.00",
    "9,5": "9.50",
    "-0,25": "-0.25",
    "9.5": "9.50",
    "9,50000": "9.50",
    "1.234,50": "1234.50",
    " 7,5 ": "7.50",
    "0,125": REFUSED,
    "1.234": REFUSED,
    "1,234": REFUSED,
    "12.34,5": REFUSED,
    "1,2,3": REFUSED,
    "1.2.3": REFUSED,
    ",5": REFUSED,
    "1.230": REFUSED,
    "12,500": REFUSED,
}


@pytest.mark.parametrize("quote", ["", '"'], ids=["plain", "quoted"])
def test_a_european_export_comes_in_as_far_as_it_cannot_be_mistaken(quote: str, zone: Zone) -> None:
    header = ("response_id", "instrument_id", "responded_at", "score", "comment")
    rows = [(f"r{n}", "nps", "2026-01-02", score, f"so, {n}") for n, score in enumerate(EUROPEAN)]
    lines = [";".join(f"{quote}{value}{quote}" for value in row) for row in (header, *rows)]
    content = "\r\n".join([*lines, ""]).encode("utf-8-sig")
    assert zone.load("survey/responses", "a.csv", content) == []
    plain = ",".join(header) + '\nother,nps,2026-01-02,9.5,"a, b; c"\n'
    assert zone.load("survey/responses", "b.csv", plain.encode()) == []
    stored = {f"r{n}": kept for n, kept in enumerate(EUROPEAN.values()) if kept != REFUSED}
    found = zone.raw("survey/responses", "response_id, score::text, comment")
    assert {key: (score, said) for key, score, said in found} == {
        **{key: (kept, f"so, {key[1:]}") for key, kept in stored.items()},
        "other": ("9.50", "a, b; c"),
    }
    refused = zone.quarantine("survey/responses", "line, rule, message")
    assert {rule for _, rule, _ in refused} == {"type"}
    assert [line for line, *_ in refused] == [
        n for n, kept in enumerate(EUROPEAN.values(), 2) if kept == REFUSED
    ]
    (of_thousands,) = [message for line, _, message in refused if line == 10]
    assert of_thousands.startswith("score: 1.234 is not a decimal(6,2) for sure")


def test_a_quote_that_never_closes_costs_a_european_export_one_row(zone: Zone) -> None:
    content = H.replace(",", ";") + (R(1) + '"x,nps\n' + R(2)).replace(",", ";")
    assert zone.load("survey/responses", "a.csv", content.encode()) == []
    assert len(zone.raw("survey/responses", "1")) == 2
    assert [rule for (rule,) in zone.quarantine("survey/responses", "rule")] == ["quoting"]
