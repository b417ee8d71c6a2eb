"""The three readers on files that hypothesis draws: sound ones come out as they went in, broken
ones end in rows, in quarantine or in a refusal, and every part of them that is still whole is kept.
"""

import csv
import io
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.contract import source_tables
from orchestration.loading.ledger import quarantine_name, raw_name
from orchestration.loading.load import load_table
from orchestration.reading import row_counts
from orchestration.reading.reading_room import Readable
from orchestration.reading.text_records import csv_records, line_records
from orchestration.settings import Limits

TABLE = next(t for t in source_tables() if (t.source, t.name) == ("survey", "responses"))
HEADER = ("response_id", "instrument_id", "responded_at", "comment", "language")
RAW, QUARANTINE = raw_name(TABLE), quarantine_name(TABLE)

drawn = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

Row = tuple[str | None, ...]


@dataclass
class Zone:
    """A warehouse, and a landing zone of its own for each file."""

    folder: Path
    connection: duckdb.DuckDBPyConnection
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def load(self, suffix: str, content: bytes) -> str:
        """Load a file; check that the ledger accounts for each of its rows; give its name."""
        landing = self.folder / str(next(self.numbers))
        name = f"survey/responses/{landing.name}.{suffix}"
        (landing / name).parent.mkdir(parents=True)
        (landing / name).write_bytes(content)
        load_table(self.connection, landing, TABLE, limits=Limits(max_refused_share=1))
        lines = self.connection.execute(
            "select status, rows_in_file, rows_loaded, rows_quarantined, message "
            "from ledger.files where file = $name",
            {"name": name},
        ).fetchall()
        ((status, in_file, loaded, quarantined, message),) = lines
        assert in_file == loaded + quarantined
        assert loaded == self.count(RAW, "_file", name)
        refused = len(self.refused(name))
        assert refused > 0 if status == "held" else refused == quarantined
        assert (status == "loaded") == (message is None)
        assert message is None or (in_file == 0 and "\n" not in message)
        return name

    def count(self, table: str, column: str, name: str) -> int:
        query = f"select count(*) from {table} where {column} = $name"
        return int(self.connection.execute(query, {"name": name}).fetchall()[0][0])

    def loaded(self, name: str) -> list[Row]:
        query = f"select {', '.join(HEADER)} from {RAW} where _file = $name order by 1"
        rows = self.connection.execute(query, {"name": name}).fetchall()
        return [tuple(None if value is None else str(value) for value in row) for row in rows]

    def refused(self, name: str) -> list[str]:
        query = f"select row_text from {QUARANTINE} where file = $name"
        return [text for (text,) in self.connection.execute(query, {"name": name}).fetchall()]

    def stored(self, name: str) -> str:
        """All that is kept of a file, as one text."""
        query = f"select raw::text from {RAW} as raw where _file = $name"
        kept = self.connection.execute(query, {"name": name}).fetchall()
        return "\n".join([*(text for (text,) in kept), *self.refused(name)])

    def is_refused(self, name: str) -> bool:
        query = "select status = 'refused' from ledger.files where file = $name"
        return bool(self.connection.execute(query, {"name": name}).fetchall()[0][0])


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zone]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield Zone(tmp_path_factory.mktemp("zone"), connection)


# Characters that mean something to one of the readers, and all others.
hostile = st.sampled_from([*'",;\t\r\n\0\x07\x1a\\/{}[]: ', "\ufeff", "\u2028", "\x85", '""'])
text = st.lists(st.one_of(hostile, st.characters(codec="utf-8")), max_size=8).map("".join)
rows = st.lists(st.tuples(st.none() | text, st.none() | text), max_size=6).map(
    lambda drawn: [
        (f"r{number}", "nps", "2026-01-02 00:00:00", *values) for number, values in enumerate(drawn)
    ]
)


def as_csv(rows: list[Row], line_end: str, *, is_minimal: bool) -> bytes:
    """Quotes where they are needed, or around all but null."""

    def written(value: str | None) -> str:
        if value is None:
            return ""
        needed = not value or value[0] == " " or re.search('[",\r\n]', value)
        return '"' + value.replace('"', '""') + '"' if needed or not is_minimal else value

    return "".join(",".join(map(written, row)) + line_end for row in [HEADER, *rows]).encode()


@drawn
@given(rows, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_csv_comes_out_as_it_went_in(
    zone: Zone, rows: list[Row], line_end: str, is_minimal: bool
) -> None:
    content = as_csv(rows, line_end, is_minimal=is_minimal)
    read = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert read[1:] == [[value or "" for value in row] for row in rows]

    name = zone.load("csv", content)

    assert (zone.loaded(name), zone.refused(name)) == (rows, [])


@drawn
@given(rows, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_jsonl_comes_out_as_it_went_in(
    zone: Zone, rows: list[Row], line_end: str, is_ascii: bool
) -> None:
    objects = [dict(zip(HEADER, row, strict=True)) for row in rows]
    lines = [json.dumps(value, ensure_ascii=is_ascii) for value in objects]

    name = zone.load("jsonl", line_end.join(lines).encode())

    assert (zone.loaded(name), zone.refused(name)) == (rows, [])


@settings(drawn, max_examples=40)
@given(rows)
def test_parquet_comes_out_as_it_went_in(zone: Zone, rows: list[Row]) -> None:
    with duckdb.connect() as writer:
        writer.execute(f"create table made ({', '.join(f'{name} text' for name in HEADER)})")
        for row in rows:
            writer.execute("insert into made values (?, ?, ?, ?, ?)", row)
        writer.execute(f"copy made to '{zone.folder / 'made.parquet'}' (format parquet)")

    name = zone.load("parquet", (zone.folder / "made.parquet").read_bytes())

    assert (zone.loaded(name), zone.refused(name)) == (rows, [])


# A sound file whose every row carries marks, of which none may get lost.

MARK = re.compile(rb"m\d+m")
MARKED = [(f"m{n}0m", "nps", "2026-01-02", f"m{n}1m,\nm{n}2m", f"m{n}3m") for n in range(8)]
SOUND = {
    "csv": as_csv(list(MARKED), "\n", is_minimal=True),
    "jsonl": "".join(
        json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in MARKED
    ).encode(),
}
TOKENS = [b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"\0", b"\xff", b"\xe9", b"\xc3", b"\\", b"\\u"]
TOKENS += [b"\xef\xbb\xbf", b"\xed\xa0\x80", b"{", b"}", b"[", b" ", b";", b"\x07", b"null", b""]
edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 3), st.sampled_from(TOKENS)), min_size=1, max_size=5
)


def edited(content: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """Replace bytes after the header, each edit from a place on, by a token."""
    for share, length, token in edits:
        start = content.index(b"\n") + 1 if b"\n" in content else 0
        place = start + int(share * (len(content) - start))
        content = content[:place] + token + content[place + length :]
    return content


@settings(drawn, max_examples=120)
@given(st.sampled_from(["csv", "jsonl"]), edits)
def test_what_is_still_whole_in_a_broken_file_is_kept(
    zone: Zone, format_: str, edits: list[tuple[float, int, bytes]]
) -> None:
    content = edited(SOUND[format_], edits)

    name = zone.load(format_, content)

    if not zone.is_refused(name):
        kept = zone.stored(name)
        assert [mark for mark in MARK.findall(content) if mark.decode() not in kept] == []


@settings(drawn, max_examples=300)
@given(
    st.lists(
        st.sampled_from([b"\n", b"\r", b'"', b",", b"a", b" ", b"\t", b'""', b"\xef\xbb\xbf"])
    ),
    st.integers(1, 5),
)
def test_rows_are_counted_in_blocks_as_they_are_split_at_once(
    zone: Zone, tokens: list[bytes], block_bytes: int
) -> None:
    content, limits = b"".join(tokens), Limits()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_counts, "_BLOCK_BYTES", block_bytes)
        counted = {}
        for format_ in ("csv", "jsonl"):
            path = zone.folder / f"counted.{format_}"
            path.write_bytes(content)
            file = Readable(path, format_)
            counted[format_] = row_counts.count_rows(limits, file).rows

    records = len(list(csv_records(content, limits.max_row_bytes)))
    filled = [line for line in line_records(content) if line.text.strip(" \t")]
    assert counted == {"csv": max(records - 1, 0), "jsonl": len(filled)}


@settings(drawn, max_examples=100)
@given(
    st.sampled_from(["csv", "jsonl", "parquet", "csv.gz", "jsonl.zst", "parquet.gz"]),
    st.binary(max_size=200) | st.lists(st.sampled_from(TOKENS), max_size=30).map(b"".join),
    st.booleans(),
)
def test_any_bytes_end_in_rows_quarantine_or_a_refusal(
    zone: Zone, suffix: str, content: bytes, has_header: bool
) -> None:
    start = ",".join(HEADER).encode() + b"\n" if has_header else b""
    zone.load(suffix, start + content)


@settings(drawn, max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_broken_parquet_gives_all_of_its_rows_or_none(
    zone: Zone, edits: list[tuple[float, int]]
) -> None:
    with duckdb.connect() as writer:
        query = "select 'r' || i as response_id, 'nps' as instrument_id from range(300) r(i)"
        writer.execute(f"copy ({query}) to '{zone.folder / 'sound.parquet'}' (format parquet)")
    content = bytearray((zone.folder / "sound.parquet").read_bytes())
    for share, byte in edits:
        content[int(share * (len(content) - 1))] = byte

    name = zone.load("parquet", bytes(content))

    rows = zone.count(RAW, "_file", name) + len(zone.refused(name))
    assert rows == (0 if zone.is_refused(name) else 300)
