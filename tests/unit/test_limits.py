"""What a file may take of the machine is limited: beyond that it is refused, and says why."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import zstandard

from orchestration.contract import source_tables
from orchestration.loading.batch import Batch
from orchestration.loading.load import LoadReport, load_table
from orchestration.reading import archives, examining, parquet
from orchestration.reading.reading_room import Readable
from orchestration.reading.row_counts import RowCount, count_rows
from orchestration.settings import Limits, Settings
from tests.answers import one_answer

pytestmark = pytest.mark.slow

TABLE = next(t for t in source_tables() if t.full_name == "raw_survey.responses")
HEADER = "response_id,instrument_id,responded_at"
Load = Callable[..., LoadReport]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load files beside a sound one, which must always come in."""

    def load_all(limits: Limits | None = None, **files: bytes) -> LoadReport:
        folder = tmp_path / "survey" / "responses"
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in {"sound_csv": one_answer("csv", "sound"), **files}.items():
            (folder / name.replace("_", ".")).write_bytes(content)
        with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
            report = load_table(connection, tmp_path, TABLE, limits=limits)
            query = "select count(*) from raw_survey.responses where response_id = 'sound'"
            assert connection.execute(query).fetchall() == [(1,)]
        return report

    return load_all


def made_parquet(tmp_path: Path, select: str) -> bytes:
    with duckdb.connect() as connection:
        connection.sql(select).write_parquet(str(tmp_path / "made"), row_group_size=10_000_000)
    return (tmp_path / "made").read_bytes()


def test_limits_are_settings_with_generous_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().limits == Limits(
        max_unpacked_bytes=10_000_000_000,
        max_unpacked_ratio=200,
        max_columns=1_000,
        max_row_bytes=50_000_000,
    )
    for name in ("UNPACKED_BYTES", "UNPACKED_RATIO", "COLUMNS", "ROW_BYTES"):
        monkeypatch.setenv(f"CX_MAX_{name}", "7")
    assert Settings().limits == Limits(
        max_unpacked_bytes=7, max_unpacked_ratio=7, max_columns=7, max_row_bytes=7
    )


ZEROS = f"{HEADER}\n".encode() + bytes(12_000_000)
BOMB = "it unpacks to more than 200 times its size, as only bombs do"


@pytest.mark.parametrize("name", ["a_csv_gz", "a_jsonl_zst", "a_parquet_gz"])
def test_a_bomb_is_refused_before_it_goes_off(
    name: str, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    judge = archives.refuse_bomb

    def watching(packed: int, unpacked: int, limits: Limits) -> None:
        written.append(unpacked)
        judge(packed, unpacked, limits)

    monkeypatch.setattr(archives, "refuse_bomb", watching)
    pack = zstandard.compress if name.endswith("zst") else gzip.compress
    # A bomb of many frames, and of one.
    for content in (pack(ZEROS), pack(ZEROS[:100_000]) * 200):
        [message] = load(**{name: content}).messages
        assert message.startswith(f"survey/responses/{name.replace('_', '.')}: {BOMB}")
        assert "raise CX_MAX_UNPACKED_RATIO" in message
        assert max(written) < 80_000_000


def test_parquet_of_more_values_than_its_bytes_can_mean_is_refused(
    load: Load, tmp_path: Path
) -> None:
    nulls = "select null::text as response_id, null::text as instrument_id from range(6000000)"
    [message] = load(a_parquet=made_parquet(tmp_path, nulls)).messages
    assert message.startswith(f"survey/responses/a.parquet: {BOMB}")


def test_parquet_whose_dictionary_is_one_long_text_is_refused(load: Load, tmp_path: Path) -> None:
    long = "select repeat('x', 100000) as comment, 'r1' as response_id from range(200)"
    [message] = load(a_parquet=made_parquet(tmp_path, long)).messages
    assert message.startswith(f"survey/responses/a.parquet: {BOMB}")


@pytest.mark.parametrize("suffix", ["csv_gz", "jsonl_zst", "parquet_gz", "parquet"])
def test_what_unpacks_to_too_much_is_refused(suffix: str, load: Load) -> None:
    content = one_answer(suffix.replace("_", "."), "r1")
    [message] = load(Limits(max_unpacked_bytes=10), **{f"a_{suffix}": content}).messages
    assert "it unpacks to more than 10 bytes; send it in parts, or raise" in message
    assert message.endswith("CX_MAX_UNPACKED_BYTES")


def test_a_plain_file_is_as_large_as_it_is(load: Load) -> None:
    content = one_answer("csv", "r1") + b"r2,nps,2026-01-02,9\n" * 100
    assert load(Limits(max_unpacked_bytes=10, max_unpacked_ratio=1), a_csv=content).messages == ()


WIDE = {f"c{number}": 1 for number in range(1_000)}
SOUND = {"response_id": "r1", "instrument_id": "nps", "responded_at": "2026-01-02"}
# what -> file, and how the sentence calls what there is too much of
SHAPES = {
    "columns of CSV": ("a_csv", f"{HEADER},{','.join(WIDE)}\n".encode(), "columns"),
    "keys of one object": ("a_jsonl", json.dumps(SOUND | WIDE).encode(), "keys in its objects"),
    "a new key on each line": (
        "a_jsonl",
        "\n".join(json.dumps(SOUND | {name: 1}) for name in WIDE).encode(),
        "keys in its objects",
    ),
    "new keys where lines must be split": (
        "a_jsonl",
        "\r\n".join(json.dumps(SOUND | {name: 1}) for name in WIDE).encode() + b"\n\xff",
        "keys in its objects",
    ),
}


def test_a_file_of_too_many_keys_leaves_the_file_after_it_alone(load: Load) -> None:
    narrow = json.dumps(SOUND | {"response_id": "r2"}).encode()
    report = load(a_jsonl=json.dumps(SOUND | WIDE).encode() + b"\n", b_jsonl=narrow)
    assert [message.partition(":")[0] for message in report.messages] == [
        "survey/responses/a.jsonl"
    ]
    assert report.rows_loaded == 2


@pytest.mark.parametrize("what", SHAPES)
def test_a_file_of_too_many_columns_or_keys_is_refused(what: str, load: Load) -> None:
    name, content, called = SHAPES[what]
    [message] = load(**{name: content}).messages
    assert f"it has more than 1,000 {called}; leave out what nobody needs, or raise" in message
    assert message.endswith("CX_MAX_COLUMNS")
    assert load(Limits(max_columns=2_000), **{name: content}).messages == ()


def test_parquet_of_too_many_columns_is_refused(load: Load, tmp_path: Path) -> None:
    columns = ", ".join(f"1 as {name}" for name in WIDE)
    content = made_parquet(tmp_path, f"select 'r1' as response_id, {columns}")
    assert "it has more than 1,000 columns" in load(a_parquet=content).messages[0]


LONG = "x" * 3_000_000


@pytest.mark.parametrize(
    "row",
    [
        f"r1,nps,{LONG}",
        f'r1,nps,"{LONG}"',
        f'r1,nps,"{LONG}',
        f'r1,nps,a"b\nr2,nps,"{LONG}"',
        f'r1,nps,a"b\nr2,nps,{LONG}',
    ],
)
def test_a_row_without_end_is_refused(row: str, load: Load) -> None:
    limits = Limits(max_row_bytes=1_000_000)
    [message] = load(limits, a_csv=f"{HEADER}\n{row}\n".encode()).messages
    assert "a row is longer than 1,000,000 bytes; check where its lines end, or raise" in message
    assert message.endswith("CX_MAX_ROW_BYTES")


def test_a_line_without_end_is_refused(load: Load) -> None:
    line = json.dumps(SOUND | {"comment": LONG}).encode()
    [message] = load(Limits(max_row_bytes=1_000_000), a_jsonl=line).messages
    assert "a row is longer than 1,000,000 bytes" in message


def test_objects_may_be_nested_as_deep_as_they_are_long(load: Load) -> None:
    deep = json.dumps(SOUND)[:-1] + ', "comment": ' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}"
    report = load(a_jsonl=deep.encode())
    assert (report.messages, report.rows_loaded) == ((), 2)


# Whatever one file does to the loader is its own affair.

FAULTS = [RecursionError("too deep"), MemoryError(), UnicodeError("no text"), KeyError("x")]
FAULTS += [duckdb.InternalException("INTERNAL"), duckdb.OutOfMemoryException("Out of Memory")]


@pytest.mark.parametrize("place", ["examine", "read"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_any_exception_while_a_file_is_read_refuses_that_file(
    fault: Exception, place: str, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(limits: Limits, file: Readable, delimiter: str = ",") -> RowCount:
        if b"fault" in file.head(1000):
            raise fault
        return count_rows(limits, file, delimiter)

    def add_rows(batch: Batch) -> int:
        if any("fault" in str(pending.content.header) for pending in batch.files):
            raise fault
        return added(batch)

    added = Batch._add_rows
    if place == "examine":
        monkeypatch.setattr(examining, "count_rows", failing)
    else:
        monkeypatch.setattr(Batch, "_add_rows", add_rows)
    [message] = load(a_csv=f"{HEADER},fault\nr1,nps,2026-01-02,fault\n".encode()).messages
    said = "it needs more memory than there is" if "Memory" in type(fault).__name__ else str(fault)
    assert message.startswith(f"survey/responses/a.csv: {said}")


def test_a_full_disk_is_no_fault_of_a_file(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(examining, "count_rows", full)
    with pytest.raises(OSError, match="No space left"):
        load()


def test_parquet_that_breaks_the_database_breaks_one_of_its_own(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte of a footer can do so; DuckDB dies as surely of a folder with this name."""
    deadly = tmp_path / "filename=3" / "a.csv"
    deadly.parent.mkdir()
    deadly.write_text("a,b\n1,2\n")

    def die(connection: duckdb.DuckDBPyConnection, _: object) -> None:
        columns = {"a": "VARCHAR", "b": "VARCHAR"}
        sql = "from read_csv($file, columns = $columns, auto_detect = false, filename = true)"
        connection.execute(sql, {"file": str(deadly), "columns": columns}).fetchall()

    with duckdb.connect() as connection:
        with pytest.raises(duckdb.Error):
            die(connection, None)
        with pytest.raises(duckdb.FatalException):
            connection.execute("select 1")
    monkeypatch.setattr(parquet, "_footers", die)
    [message] = load(a_parquet=one_answer("parquet", "r1")).messages
    assert message.endswith("a.parquet: the file is not sound Parquet; write it again")
