"""Files of every format become typed rows, or stand in quarantine with their reason."""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
import zstandard

from expectations.suite import values_between, values_in
from orchestration.contract import source_tables
from orchestration.loading.load import LoadReport, load_table
from orchestration.settings import Limits

HEADER = "response_id,instrument_id,customer_id,responded_at,score"
Load = Callable[..., LoadReport]


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Any]:
    return connection.execute(sql).fetchall()


@pytest.fixture
def connection(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(tmp_path / "warehouse.duckdb")
    connection.execute("set TimeZone = 'UTC'")
    return connection


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing"
    (folder / "survey" / "responses").mkdir(parents=True)
    return folder


@pytest.fixture
def load(connection: duckdb.DuckDBPyConnection, landing: Path) -> Load:
    tables = {(table.source, table.name): table for table in source_tables()}

    def load_one(
        source: str = "survey", name: str = "responses", max_refused_share: float = 0.5
    ) -> LoadReport:
        table = tables[source, name]
        return load_table(
            connection, landing, table, limits=Limits(max_refused_share=max_refused_share)
        )

    return load_one


def land(landing: Path, name: str, content: str | bytes) -> Path:
    path = landing / "survey" / "responses" / name
    data = content.encode() if isinstance(content, str) else content
    if path.suffix == ".gz":
        data = gzip.compress(data)
    if path.suffix == ".zst":
        data = zstandard.compress(data)
    path.write_bytes(data)
    return path


CSV = f"{HEADER}\nr1,nps,c1,2026-01-02T03:04:05+02:00,9.5\nr2,nps,,2026-01-02 03:04:05,\n"
JSONL = "\n".join(
    json.dumps(dict(zip(HEADER.split(","), values, strict=True)))
    for values in [
        ("r1", "nps", "c1", "2026-01-02T03:04:05+02:00", 9.5),
        ("r2", "nps", None, "2026-01-02 03:04:05", None),
    ]
)


def parquet(tmp_path: Path, compression: str) -> bytes:
    path = tmp_path / "made.parquet"
    duckdb.sql(
        f"""
        copy (
            select 'r1' as response_id, 'nps' as instrument_id, 'c1' as customer_id,
                timestamp '2026-01-02 01:04:05' as responded_at, 9.5::double as score
            union all
            select 'r2', 'nps', null, timestamp '2026-01-02 03:04:05', null
        ) to '{path}' (format parquet, compression {compression})
        """
    )
    return path.read_bytes()


def deliver(
    tmp_path: Path, landing: Path, name: str, lines: Sequence[Mapping[str, str | None]]
) -> None:
    """Land customers as CSV, JSONL or Parquet, by the suffix."""
    path = landing / "crm" / "customers" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    objects = tmp_path / "lines.jsonl"
    objects.write_text("".join(json.dumps(line) + "\n" for line in lines))
    if path.suffix == ".jsonl":
        path.write_bytes(objects.read_bytes())
    else:
        columns = {column: "varchar" for line in lines for column in line}
        duckdb.read_json(str(objects), columns=columns).create("lines")
        duckdb.sql(f"copy lines to '{path}'")
        duckdb.sql("drop table lines")


@pytest.mark.parametrize("format_", ["csv", "jsonl", "parquet"])
def test_where_a_file_knows_no_versions_its_landing_date_is_theirs(
    format_: str, tmp_path: Path, landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    plans = "select customer_id, plan, updated_at::text from raw_crm.customers order by all"
    deliver(
        tmp_path,
        landing,
        f"2026-01-02.{format_}",
        [{"customer_id": "c1", "plan": "Starter"}, {"customer_id": "c2", "plan": "Growth"}],
    )
    deliver(tmp_path, landing, f"2026-01-03.{format_}", [{"customer_id": "c1", "plan": "Growth"}])
    deliver(
        tmp_path,
        landing,
        f"2026-01-04.{format_}",
        [
            {"customer_id": "c1", "plan": "Free", "Updated_At": None},
            {"customer_id": "c3", "plan": "Free", "Updated_At": "2025-12-31 10:00:00"},
        ],
    )
    assert load("crm", "customers").messages == ()
    assert rows(connection, plans) == [
        ("c1", "Growth", "2026-01-03 00:00:00"),
        ("c1", "Starter", "2026-01-02 00:00:00"),
        ("c2", "Growth", "2026-01-02 00:00:00"),
        ("c3", "Free", "2025-12-31 10:00:00"),
    ]
    assert rows(connection, "select rule, message from quarantine.crm__customers") == [
        ("missing", "updated_at is missing")
    ]

    deliver(tmp_path, landing, f"2026-01-02.{format_}", [{"customer_id": "c1", "plan": "Trial"}])
    load("crm", "customers")
    assert rows(connection, f"from ({plans}) where plan in ('Starter', 'Trial')") == [
        ("c1", "Trial", "2026-01-02 00:00:00")
    ]


def test_a_file_of_jsonl_has_the_versions_of_no_other(
    tmp_path: Path, landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    known = {"customer_id": "c1", "updated_at": "2025-12-31 10:00:00"}
    deliver(tmp_path, landing, "2026-01-02.jsonl", [known, known | {"customer_id": "c2"}])
    deliver(tmp_path, landing, "2026-01-03.jsonl", [{"customer_id": "c1"}, {"customer_id": "c3"}])
    deliver(tmp_path, landing, "2026-01-04.jsonl", [{"updated_at": "2026-01-01"}])
    [message] = load("crm", "customers").messages
    assert message.endswith("the key column customer_id is missing; found: updated_at")
    assert rows(
        connection, "select customer_id, updated_at::text from raw_crm.customers order by all"
    ) == [
        ("c1", "2025-12-31 10:00:00"),
        ("c1", "2026-01-03 00:00:00"),
        ("c2", "2025-12-31 10:00:00"),
        ("c3", "2026-01-03 00:00:00"),
    ]


def test_the_stand_in_for_a_version_is_hashed_with_its_row(
    tmp_path: Path, landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    plan = {"customer_id": "c1", "plan": "Starter"}
    deliver(tmp_path, landing, "2026-01-02.csv", [plan])
    deliver(tmp_path, landing, "b/2026-01-02.csv", [{"updated_at": "2026-01-02", **plan}])
    load("crm", "customers")
    hashes = "select count(*), count(distinct _row_hash) from raw_crm.customers"
    assert rows(connection, hashes) == [(2, 1)]


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
@pytest.mark.parametrize("format_", ["csv", "jsonl", "parquet"])
def test_every_format_and_compression_gives_the_same_rows(
    format_: str,
    suffix: str,
    landing: Path,
    tmp_path: Path,
    load: Load,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    content: dict[str, str | bytes] = {
        "csv": CSV,
        "jsonl": JSONL,
        "parquet": parquet(tmp_path, "snappy"),
    }
    land(landing, f"2026-01-02.{format_}{suffix}", content[format_])

    report = load()

    assert (report.rows_loaded, report.rows_quarantined, report.messages) == (2, 0, ())
    assert rows(
        connection,
        """
        select response_id, customer_id, responded_at::text, score::text, _landing_date::text
        from raw_survey.responses order by 1
        """,
    ) == [
        ("r1", "c1", "2026-01-02 01:04:05", "9.50", "2026-01-02"),
        ("r2", None, "2026-01-02 03:04:05", None, "2026-01-02"),
    ]


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_parquet_compressed_inside_loads(
    compression: str, landing: Path, tmp_path: Path, load: Load
) -> None:
    land(landing, "2026-01-02.parquet", parquet(tmp_path, compression))
    assert load().rows_loaded == 2


def bad_parquet(tmp_path: Path) -> bytes:
    path = tmp_path / "bad.parquet"
    duckdb.sql(
        f"""
        copy (
            from (values ('r1', 'nps', '2026-01-01', 'nine'), (null, 'nps', '2026-01-01', '9'),
                ('r3', 'nps', '31.12.2026', '9'), ('r4', 'nps', '2026-01-01', '9'))
            as rows(response_id, instrument_id, responded_at, score)
        ) to '{path}' (format parquet)
        """
    )
    return path.read_bytes()


@pytest.mark.parametrize(
    ("format_", "lines"),
    [("csv", [2, 3, 4]), ("jsonl", [1, 2, 3]), ("parquet", [None, None, None])],
)
def test_bad_rows_stand_in_quarantine_with_their_reason(
    format_: str,
    lines: list[int | None],
    landing: Path,
    tmp_path: Path,
    load: Load,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    content: dict[str, str | bytes] = {
        "csv": (
            "response_id,instrument_id,responded_at,score\nr1,nps,2026-01-01,nine\n"
            ",nps,2026-01-01,9\nr3,nps,31.12.2026,9\nr4,nps,2026-01-01,9\n"
        ),
        "jsonl": (
            '{"response_id":"r1","instrument_id":"nps","responded_at":"2026-01-01","score":"nine"}\n'
            '{"response_id":null,"instrument_id":"nps","responded_at":"2026-01-01","score":9}\n'
            '{"response_id":"r3","instrument_id":"nps","responded_at":"31.12.2026","score":9}\n'
            '{"response_id":"r4","instrument_id":"nps","responded_at":"2026-01-01","score":9}\n'
        ),
        "parquet": bad_parquet(tmp_path),
    }
    name = f"2026-01-01.{format_}"
    land(landing, name, content[format_])

    report = load(max_refused_share=0.75)

    assert (report.rows_loaded, report.rows_quarantined) == (1, 3)
    found = rows(
        connection,
        """
        select file, line, rule, message from quarantine.survey__responses
        order by line nulls last, message
        """,
    )
    expected = [
        (f"survey/responses/{name}", line, rule, message)
        for line, (rule, message) in zip(
            lines,
            [
                ("type", "score: nine is not a decimal(6,2)"),
                ("missing", "response_id is missing"),
                ("type", "responded_at: 31.12.2026 is not a timestamp"),
            ],
            strict=True,
        )
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_ragged_rows_keep_their_text_and_shift_no_line(
    landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    land(
        landing,
        "a.csv",
        f"{HEADER}\nr1,nps,c1,2026-01-01,9\nr2,nps\nr3,nps,c1,2026-01-01,9,9,9\nr4,nps,c1,2026-01-01,x\n",
    )
    report = load(max_refused_share=0.75)
    assert (report.rows_loaded, report.rows_quarantined) == (1, 3)
    found = rows(
        connection, "select line, rule, row_text from quarantine.survey__responses order by 1"
    )
    assert found[:2] == [(3, "ragged", "r2,nps"), (4, "ragged", "r3,nps,c1,2026-01-01,9,9,9")]
    assert (found[2][0], found[2][1]) == (5, "type")
    assert json.loads(found[2][2])["score"] == "x"


def test_lines_that_are_no_json_object_are_quarantined_and_blank_ones_are_no_rows(
    landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    land(landing, "a.jsonl", f"{JSONL}\n\n{{broken\n[1, 2]\n")
    report = load()
    assert (report.rows_loaded, report.rows_quarantined) == (2, 2)
    assert rows(
        connection, "select line, rule, row_text from quarantine.survey__responses order by line"
    ) == [(4, "malformed", "{broken"), (5, "malformed", "[1, 2]")]


def test_a_name_that_only_the_last_object_of_the_last_file_has_is_found(
    landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    line = '{{"response_id":"{}","instrument_id":"nps","responded_at":"2026-01-01"{}}}\n'
    last = ',"Score":9,"note":"late","customer_id":"c1"'
    land(landing, "a.jsonl", "".join(line.format(f"a{n}", "") for n in range(5_000)))
    late = [line.format(f"b{n}", last if n == 4_999 else "") for n in range(5_000)]
    land(landing, "b.jsonl", "".join(late))
    report = load()
    assert (report.rows_loaded, report.rows_quarantined) == (10_000, 0)
    assert rows(
        connection,
        """
        select response_id, customer_id, score::text, _extra::text, _file, _line
        from raw_survey.responses where score is not null or (_extra->>'note') is not null
        """,
    ) == [("b4999", "c1", "9.00", '{"note":"late"}', "survey/responses/b.jsonl", 5_000)]


def test_a_first_object_without_the_key_does_not_speak_for_the_others(
    landing: Path, load: Load
) -> None:
    land(landing, "a.jsonl", f'{{"instrument_id":"nps"}}\n{JSONL}\n')
    report = load()
    assert (report.rows_loaded, report.rows_quarantined) == (2, 1)


def test_a_key_that_is_no_text_is_one_line_in_quarantine(landing: Path, load: Load) -> None:
    bad = '{"response_id":"r9","instrument_id":"nps","responded_at":"2026-01-01","\\ud800":1}'
    land(landing, "a.jsonl", f"{JSONL}\n{bad}\n")
    report = load()
    assert (report.rows_loaded, report.rows_quarantined) == (2, 1)


def test_a_rule_of_the_contract_refuses_the_row(
    landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    folder = landing / "tickets" / "calls"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text(
        "call_id,queued_at,answered_at,ended_at\n"
        "k1,2026-01-01 10:00:00,,2026-01-01 09:59:59\nk2,2026-01-01 10:00:00,,2026-01-01 10:00:00\n"
    )
    assert load("tickets", "calls").rows_loaded == 1
    assert rows(connection, "select rule, message from quarantine.tickets__calls") == [
        ("ends_after_queueing", "ended_at must not be before queued_at")
    ]


def test_columns_match_by_name_in_any_case_and_unknown_ones_are_kept(
    landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    land(
        landing,
        "a.csv",
        'Score,RESPONSE_ID,Instrument_Id,responded_at,"it\'s ""odd"""\n7,r1,nps,2026-01-01,kept\n',
    )
    load()
    found = rows(connection, "select response_id, score::text, _extra from raw_survey.responses")
    assert found[0][:2] == ("r1", "7.00")
    assert json.loads(found[0][2]) == {'it\'s "odd"': "kept"}


def test_a_file_without_a_key_column_is_refused_and_the_others_load(
    landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    land(landing, "bad.csv", "id,instrument_id\nr1,nps\n")
    land(landing, "good.csv", CSV)
    report = load()
    assert report.rows_loaded == 2
    assert report.messages == (
        "survey/responses/bad.csv: the key column response_id is missing; found: id, instrument_id",
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"response_id,response_id\n1,2\n", "names response_id more than once"),
        ("a.txt", b"anything", "must end in .csv, .jsonl or .parquet"),
        ("a.parquet", b"no parquet at all", "a.parquet"),
    ],
)
def test_an_unreadable_file_is_refused_with_its_reason(
    name: str, content: bytes, reason: str, landing: Path, load: Load
) -> None:
    land(landing, name, content)
    report = load()
    assert report.files_refused == 1
    assert reason in report.messages[0]


def test_a_refused_file_that_was_taken_away_is_warned_of_no_longer(
    landing: Path, load: Load
) -> None:
    file = land(landing, "a.csv", b"no_key\n")
    assert load().files_refused == 1
    file.unlink()
    assert load().messages == ()
    land(landing, "a.csv", b"no_key\n")
    assert load().files_refused == 1


@pytest.mark.parametrize(("suffix", "missing_bytes"), [("gz", 3), ("gz", 12), ("zst", 3)])
def test_a_truncated_archive_among_good_files_is_refused_alone(
    suffix: str, missing_bytes: int, landing: Path, load: Load
) -> None:
    for day in range(1, 8):
        content = CSV.replace("r1", f"a{day}").replace("r2", f"b{day}")
        land(landing, f"2026-01-0{day}.csv.{suffix}", content)
    broken = landing / "survey" / "responses" / f"2026-01-04.csv.{suffix}"
    broken.write_bytes(broken.read_bytes()[:-missing_bytes])
    report = load()
    assert (report.files_loaded, report.rows_loaded) == (6, 12)
    assert report.messages == (
        f"survey/responses/{broken.name}: the archive ends in the middle; send it again",
    )


def test_one_bad_file_does_not_stop_those_of_its_batch(landing: Path, load: Load) -> None:
    for day in range(1, 8):
        content = CSV.replace("r1", f"a{day}").replace("r2", f"b{day}")
        land(landing, f"2026-01-0{day}.csv", content)
    land(landing, "2026-01-04.csv", f'{HEADER}\nr1,nps,c1,2026-01-01,"never closed\n')
    report = load()
    assert report.rows_loaded == 12
    assert report.rows_quarantined + report.files_refused == 1


def test_loading_again_changes_nothing(
    landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    land(landing, "a.csv", CSV)
    load()
    before = rows(connection, "select * from raw_survey.responses order by all")
    again = load()
    assert (again.files_loaded, again.rows_loaded, again.rows_total) == (0, 0, 2)
    assert rows(connection, "select * from raw_survey.responses order by all") == before


def test_new_content_under_an_old_path_replaces_the_rows_it_gave(
    landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    land(landing, "a.csv", CSV + "r3,nps,c1,never,1\n")
    land(landing, "b.csv", f"{HEADER}\nr9,nps,c1,2026-01-01,1\n")
    load()
    land(landing, "a.csv", f"{HEADER}\nr5,nps,c1,2026-01-01,1\n")
    load()
    kept = rows(connection, "select response_id from raw_survey.responses order by 1")
    assert kept == [("r5",), ("r9",)]
    assert rows(connection, "select count(*) from quarantine.survey__responses") == [(0,)]
    assert rows(connection, "select count(*) from ledger.files") == [(3,)]


def test_a_mended_file_is_no_longer_refused(landing: Path, load: Load) -> None:
    land(landing, "a.csv", "id\n1\n")
    assert load().files_refused == 1
    land(landing, "a.csv", CSV)
    report = load()
    assert (report.files_refused, report.rows_loaded) == (0, 2)


def answers(*times: str) -> str:
    """A file of answers at these instants, well-formed or not."""
    rows = (f"r{number},nps,c1,{at},9\n" for number, at in enumerate(times))
    return f"{HEADER}\n{''.join(rows)}"


SOUND, BAD = "2026-01-31", "31.01.2026"
QUARANTINED = "select file, line, rule, row_text is not null from quarantine.survey__responses"


def test_a_file_refused_to_its_last_row_leaves_raw_with_the_last_good_data(
    landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    land(landing, "a.csv", answers(SOUND, SOUND, SOUND, BAD))
    load()
    before = rows(connection, "select * from raw_survey.responses order by all")
    land(landing, "a.csv", answers(BAD, BAD, BAD))
    land(landing, "b.csv", answers(SOUND, SOUND))

    report = load(max_refused_share=1)

    assert report.messages == (
        "survey/responses/a.csv: held back: 3 of its 3 rows are refused, "
        "3 of them by the rule type",
    )
    assert (report.files_loaded, report.rows_loaded) == (1, 2)
    in_a = "from raw_survey.responses where ends_with(_file, 'a.csv')"
    assert rows(connection, f"select * {in_a} order by all") == before
    name = "survey/responses/a.csv"
    assert rows(connection, f"{QUARANTINED} order by all") == [
        (name, 2, "type", True),
        (name, 3, "type", True),
        (name, 4, "type", True),
        (name, 5, "type", True),  # of the content that stands in raw
    ]
    assert load().messages == report.messages
    assert len(rows(connection, QUARANTINED)) == 4

    land(landing, "a.csv", answers(SOUND))
    assert load().messages == ()
    assert rows(connection, f"select count(*) {in_a}") == [(1,)]
    assert rows(connection, QUARANTINED) == []


@pytest.mark.parametrize(
    ("times", "max_share", "is_held"),
    [
        ([BAD], 0.5, True),
        ([BAD], 1, True),
        ([BAD, SOUND], 0.5, False),
        ([BAD, SOUND], 0.4, True),
        ([BAD, BAD, SOUND], 0.5, True),
        ([BAD, BAD, SOUND], 1, False),
        ([SOUND], 0, False),
        ([], 0, False),
    ],
)
def test_a_file_beyond_the_refused_share_is_held_back(
    times: list[str],
    max_share: float,
    is_held: bool,
    landing: Path,
    load: Load,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    land(landing, "a.csv", answers(*times))
    report = load(max_refused_share=max_share)
    assert len(report.messages) == is_held
    assert sum(refused.rows for refused in report.in_quarantine) == times.count(BAD)
    sound = 0 if is_held else times.count(SOUND)
    assert rows(connection, "select count(*) from raw_survey.responses") == [(sound,)]


def test_a_held_file_that_was_taken_away_leaves_nothing_in_quarantine(
    landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    land(landing, "a.csv", answers(SOUND, BAD))
    load()
    file = land(landing, "a.csv", answers(BAD, BAD))
    assert len(load().in_quarantine) == 1
    assert len(rows(connection, QUARANTINED)) == 3
    file.unlink()
    assert load().messages == ()
    assert rows(connection, QUARANTINED) == [("survey/responses/a.csv", 3, "type", True)]


def test_refused_rows_of_a_file_that_the_gate_holds_back_are_shown(
    landing: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    responses = next(t for t in source_tables() if t.full_name == "raw_survey.responses")
    land(landing, "a.csv", answers(SOUND, SOUND, BAD))
    suite = (values_between("score", 0, 5, severity="critical"),)
    report = load_table(connection, landing, responses, suite)
    assert "held back: score_in_range" in report.messages[0]
    assert rows(connection, QUARANTINED) == [("survey/responses/a.csv", 4, "type", True)]


def test_an_absent_source_is_an_empty_table_with_the_columns_of_the_contract(
    load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    assert load("web", "events").rows_total == 0
    described = dict(
        rows(connection, "select column_name, column_type from (describe raw_web.events)")
    )
    assert described["occurred_at"] == "TIMESTAMP"
    assert described["amount"] == "DECIMAL(18,2)"


def test_a_link_that_leads_out_of_the_landing_zone_is_not_read(
    landing: Path, tmp_path: Path, load: Load
) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(CSV)
    (landing / "survey" / "responses" / "a.csv").symlink_to(outside)
    assert load().rows_total == 0


def test_files_without_a_date_belong_to_the_day_they_were_first_seen(
    landing: Path, load: Load, connection: duckdb.DuckDBPyConnection
) -> None:
    land(landing, "a.csv", CSV)
    load()
    assert rows(
        connection, "select distinct _landing_date = _loaded_at::date from raw_survey.responses"
    ) == [(True,)]


def test_only_the_file_whose_rows_fail_a_critical_check_is_held_back(
    landing: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    responses = next(t for t in source_tables() if t.full_name == "raw_survey.responses")
    suite = (
        values_between("score", 0, 10, severity="critical"),
        values_in("instrument_id", "csat", severity="warning"),
    )

    def load_scores(*scores: int) -> LoadReport:
        for day, score in enumerate(scores, start=1):
            row = f"r{day},nps,c1,2026-01-0{day},{score}"
            land(landing, f"2026-01-0{day}.csv", f"{HEADER}\n{row}\n")
        return load_table(connection, landing, responses, suite)

    def loaded() -> list[tuple[str, int]]:
        query = "select response_id, score::int from raw_survey.responses order by all"
        return connection.execute(query).fetchall()

    report = load_scores(9, 10, 99, 9, 9)
    held = "survey/responses/2026-01-03.csv: held back: score_in_range: 1 rows fail (such as 99"
    assert [message.startswith(held) for message in report.messages] == [True]
    assert [(check.severity, check.passed) for check in report.checks] == [
        ("critical", False),
        ("warning", False),
    ]
    assert loaded() == [("r1", 9), ("r2", 10), ("r4", 9), ("r5", 9)]

    restated = load_scores(77, 10, 8, 9, 9)
    assert [message.split(":")[0] for message in restated.messages] == [
        "survey/responses/2026-01-01.csv"
    ]
    assert loaded() == [("r1", 9), ("r2", 10), ("r3", 8), ("r4", 9), ("r5", 9)]
    still_held = load_table(connection, landing, responses, suite)
    assert still_held.messages == restated.messages
    statuses = connection.execute("select status from ledger.files order by rowid").fetchall()
    assert statuses.count(("held",)) == 2

    with_a_mended_suite = load_table(connection, landing, responses)
    assert with_a_mended_suite.messages == ()
    assert ("r1", 77) in loaded()


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_each_row_of_many_small_files_has_the_line_on_which_it_stands(
    suffix: str, connection: duckdb.DuckDBPyConnection, landing: Path, load: Load
) -> None:
    first = 2 if suffix == "csv" else 1
    for number in range(150):
        keys = [f"{number:03}-{line}" for line in range(first, first + 3)]
        row = {"instrument_id": "nps", "responded_at": "2026-01-02"}
        content = "response_id,instrument_id,responded_at\n" if suffix == "csv" else ""
        for key in keys:
            is_csv = suffix == "csv"
            line = f"{key},nps,2026-01-02" if is_csv else json.dumps({"response_id": key} | row)
            content += f"{line}\n"
        land(landing, f"{number:03}.{suffix}", content)

    assert load().rows_loaded == 450

    said = f"'survey/responses/' || replace(response_id, '-', '.{suffix}-')"
    query = f"select count(*) from raw_survey.responses where _file || '-' || _line = {said}"
    assert rows(connection, query) == [(450,)]
